#include <fmt/core.h>

#include "load/bank.h"

namespace renkei::load {

namespace {
constexpr uint64_t kBranchSize = 10'000'000;  // the key space cut into branches

std::string SavingsCode(uint64_t place) { return fmt::format("口座-{:09}", place); }

constexpr const char* kTables = R"(
DROP TABLE IF EXISTS accounts, vaults, savings, journal, ledger, parcels;
CREATE TABLE accounts (id BIGINT PRIMARY KEY, owner VARCHAR(60) NOT NULL, balance BIGINT NOT NULL,
  touched DATETIME(6) NULL) ENGINE=InnoDB;
CREATE TABLE vaults (branch INT, number INT, balance BIGINT NOT NULL, rate DECIMAL(9,4) NULL,
  PRIMARY KEY (branch, number)) ENGINE=InnoDB;
CREATE TABLE savings (code VARCHAR(32) PRIMARY KEY, balance BIGINT NOT NULL, memo TEXT NULL) ENGINE=InnoDB;
CREATE TABLE journal (writer INT, entry BIGINT, written_us BIGINT NOT NULL, PRIMARY KEY (writer, entry)) ENGINE=InnoDB;
CREATE TABLE ledger (writer INT PRIMARY KEY, entries BIGINT NOT NULL) ENGINE=InnoDB;
CREATE TABLE parcels (id INT PRIMARY KEY, batch BIGINT NOT NULL, filler MEDIUMTEXT NOT NULL) ENGINE=InnoDB;
)";
}  // namespace

std::string TableName(BankTable table) {
  switch (table) {
    case BankTable::kAccounts:
      return "accounts";
    case BankTable::kVaults:
      return "vaults";
    case BankTable::kSavings:
      break;
  }
  return "savings";
}

std::string PickAt(BankTable table, uint64_t place) {
  switch (table) {
    case BankTable::kAccounts:
      return fmt::format(
          "SELECT CONCAT('id=', id), balance FROM accounts WHERE id >= {} ORDER BY id LIMIT 1 FOR UPDATE",
          place);
    case BankTable::kVaults:
      return fmt::format(
          "SELECT CONCAT('branch=', branch, ' AND number=', number), balance FROM vaults WHERE branch > {0} "
          "OR "
          "(branch = {0} AND number >= {1}) ORDER BY branch, number LIMIT 1 FOR UPDATE",
          place / kBranchSize, place % kBranchSize);
    case BankTable::kSavings:
      break;
  }
  return fmt::format(
      "SELECT CONCAT('code=', QUOTE(code)), balance FROM savings WHERE code >= '{}' ORDER BY code LIMIT 1 "
      "FOR UPDATE",
      SavingsCode(place));
}

std::string KeyAssignment(BankTable table, uint64_t place) {
  switch (table) {
    case BankTable::kAccounts:
      return fmt::format("id={}", place);
    case BankTable::kVaults:
      return fmt::format("branch={}, number={}", place / kBranchSize, place % kBranchSize);
    case BankTable::kSavings:
      break;
  }
  return fmt::format("code='{}'", SavingsCode(place));
}

std::string InsertAt(BankTable table, uint64_t place, int64_t balance) {
  switch (table) {
    case BankTable::kAccounts:
      return fmt::format("({}, '名義人{}', {}, NULL)", place, place % 1000, balance);
    case BankTable::kVaults:
      return fmt::format("({}, {}, {}, 0.0125)", place / kBranchSize, place % kBranchSize, balance);
    case BankTable::kSavings:
      break;
  }
  return fmt::format("('{}', {}, NULL)", SavingsCode(place), balance);
}

namespace {
// Rows spread evenly over the key space.
Outcome Fill(Connection& connection, BankTable table, uint64_t rows) {
  constexpr uint64_t kRowsInStatement = 500;
  const uint64_t step = kKeySpace / (rows + 1);
  for (uint64_t first = 0; first < rows; first += kRowsInStatement) {
    std::string statement = fmt::format("INSERT INTO {} VALUES ", TableName(table));
    for (uint64_t i = first; i < std::min(rows, first + kRowsInStatement); ++i) {
      if (i > first) statement += ',';
      statement += InsertAt(table, (i + 1) * step, kFirstBalance);
    }
    if (const Outcome outcome = connection.Run(statement); outcome != Outcome::kDone) return outcome;
  }
  return Outcome::kDone;
}
}  // namespace

bool CreateBank(const Options& options, Run& run, unsigned writers) {
  Connection connection(options.address);
  const uint64_t purses = options.rows > 0 ? options.rows : 2000;
  std::string rest;
  for (unsigned writer = 0; writer < writers; ++writer) {
    rest += fmt::format("INSERT INTO ledger VALUES ({}, 0);", writer);
  }
  for (uint64_t id = 1; id <= options.big_rows; ++id) {
    rest += fmt::format("INSERT INTO parcels VALUES ({}, 0, REPEAT(SHA2('{}', 256), 1024));", id, id);
  }
  if (!connection.Connect(std::chrono::seconds(10)) || connection.Run(kTables) != Outcome::kDone ||
      Fill(connection, BankTable::kAccounts, purses) != Outcome::kDone ||
      Fill(connection, BankTable::kVaults, purses / 2) != Outcome::kDone ||
      Fill(connection, BankTable::kSavings, purses / 2) != Outcome::kDone ||
      connection.Run(rest) != Outcome::kDone) {
    run.Fail("cannot prepare the bank: " + connection.error());
    return false;
  }
  return true;
}

}  // namespace renkei::load
