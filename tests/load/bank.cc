#include "load/bank.h"

#include <fmt/core.h>

namespace renkei::load {

namespace {
constexpr auto kReconnect = std::chrono::seconds(120);
}  // namespace

#define LOAD_TRY(expression) \
  if (const Outcome tried = (expression); tried != Outcome::kDone) return tried

Teller::Teller(const Options& options, Run& run, Summary& summary, unsigned writer)
    : options_(options),
      run_(run),
      summary_(summary),
      writer_(writer),
      dice_(options.seed * 1000 + writer),
      connection_(options.address),
      last_big_us_(NowMicros()) {}

Outcome Teller::Pick(BankTable table, std::optional<Purse>& purse) {
  std::vector<Row> rows;
  LOAD_TRY(connection_.Query(PickAt(table, dice_.Below(kKeySpace)), rows));
  if (!rows.empty()) purse = Purse{table, rows[0][0], std::stoll(rows[0][1])};
  return Outcome::kDone;
}

Outcome Teller::PickAny(std::optional<Purse>& purse) {
  return Pick(static_cast<BankTable>(dice_.Below(kBankTables)), purse);
}

Outcome Teller::Move(const Purse& purse, int64_t amount) {
  return connection_.Run(fmt::format("UPDATE {} SET balance = balance + ({}) WHERE {}",
                                     TableName(purse.table), amount, purse.where));
}

Outcome Teller::Transfer() {
  std::optional<Purse> from, to;
  LOAD_TRY(PickAny(from));
  LOAD_TRY(PickAny(to));
  if (!from || !to) return Outcome::kDone;
  const auto amount = static_cast<int64_t>(dice_.Below(100));
  LOAD_TRY(Move(*from, -amount));
  return Move(*to, amount);
}

Outcome Teller::Open() {
  std::optional<Purse> from;
  LOAD_TRY(PickAny(from));
  if (!from) return Outcome::kDone;
  const auto table = static_cast<BankTable>(dice_.Below(kBankTables));
  LOAD_TRY(connection_.Run(fmt::format("INSERT INTO {} VALUES {}", TableName(table),
                                       InsertAt(table, dice_.Below(kKeySpace), from->balance / 2))));
  return Move(*from, -(from->balance / 2));
}

Outcome Teller::CloseOne() {
  std::optional<Purse> closed, heir;
  LOAD_TRY(PickAny(closed));
  LOAD_TRY(PickAny(heir));
  if (!closed || !heir || (closed->table == heir->table && closed->where == heir->where))
    return Outcome::kDone;
  LOAD_TRY(connection_.Run(fmt::format("DELETE FROM {} WHERE {}", TableName(closed->table), closed->where)));
  return Move(*heir, closed->balance);
}

Outcome Teller::ChangeKey() {
  std::optional<Purse> purse;
  LOAD_TRY(PickAny(purse));
  if (!purse) return Outcome::kDone;
  return connection_.Run(fmt::format("UPDATE {} SET {} WHERE {}", TableName(purse->table),
                                     KeyAssignment(purse->table, dice_.Below(kKeySpace)), purse->where));
}

// Two accounts take each other's key, over a third key that nobody has.
Outcome Teller::SwapKeys() {
  std::optional<Purse> one, two;
  LOAD_TRY(Pick(BankTable::kAccounts, one));
  LOAD_TRY(Pick(BankTable::kAccounts, two));
  if (!one || !two || one->where == two->where) return Outcome::kDone;
  const std::string third = fmt::format("id=-{}", 1 + writer_);
  return connection_.Run(
      fmt::format("UPDATE accounts SET {2} WHERE {0}; UPDATE accounts SET {0} WHERE {1}; "
                  "UPDATE accounts SET {1} WHERE {2}",
                  one->where, two->where, third));
}

Outcome Teller::Reinsert() {
  std::optional<Purse> purse;
  LOAD_TRY(Pick(BankTable::kAccounts, purse));
  if (!purse) return Outcome::kDone;
  return connection_.Run(
      fmt::format("DELETE FROM accounts WHERE {0}; INSERT INTO accounts SET {0}, owner='新しい名義人', "
                  "balance={1}, touched=NOW(6)",
                  purse->where, purse->balance));
}

// One statement over many rows.
Outcome Teller::TouchMany() {
  const uint64_t place = dice_.Below(kKeySpace);
  return connection_.Run(fmt::format("UPDATE accounts SET touched=NOW(6) WHERE id BETWEEN {} AND {}", place,
                                     place + kKeySpace / 20));
}

Outcome Teller::Act() {
  const uint64_t choice = dice_.Below(100);
  if (choice < 56) return Transfer();
  if (choice < 68) return Open();
  if (choice < 80) return CloseOne();
  if (choice < 90) return ChangeKey();
  if (choice < 94) return SwapKeys();
  if (choice < 98) return Reinsert();
  return TouchMany();
}

Outcome Teller::Post() {
  return connection_.Run(
      fmt::format("INSERT INTO journal VALUES ({0}, {1}, {2}); "
                  "UPDATE ledger SET entries = {1} WHERE writer = {0}",
                  writer_, entries_ + 1, NowMicros()));
}

Outcome Teller::Transaction() {
  LOAD_TRY(connection_.Run("START TRANSACTION"));
  for (uint64_t left = 1 + dice_.Below(4); left > 0; --left) LOAD_TRY(Act());
  LOAD_TRY(Post());
  if (dice_.Percent(5)) {
    ++summary_.rolled_back;
    return connection_.Run("ROLLBACK");
  }
  if (const Outcome outcome = connection_.Run("COMMIT"); outcome != Outcome::kDone) {
    if (outcome == Outcome::kLost) ++summary_.unknown;
    return outcome;
  }
  ++entries_;
  ++summary_.transactions;
  return Outcome::kDone;
}

// Every parcel, 64 KiB each, in one transaction with a transfer before and after it.
Outcome Teller::BigTransaction() {
  LOAD_TRY(connection_.Run("START TRANSACTION"));
  LOAD_TRY(Transfer());
  LOAD_TRY(connection_.Run(
      "UPDATE parcels SET batch = batch + 1, filler = REPEAT(SHA2(CONCAT(id, '/', batch), 256), 1024)"));
  LOAD_TRY(Transfer());
  LOAD_TRY(Post());
  LOAD_TRY(connection_.Run("COMMIT"));
  ++entries_;
  ++summary_.transactions;
  ++summary_.big;
  return Outcome::kDone;
}

bool Teller::Recover(bool first) {
  std::vector<Row> rows;
  while (!run_.Over()) {
    if (!connection_.Connect(kReconnect)) {
      run_.Fail("cannot connect: " + connection_.error());
      return false;
    }
    if (!first) ++summary_.reconnects;
    if (connection_.Run("SET innodb_lock_wait_timeout=3") == Outcome::kDone &&
        connection_.Query(fmt::format("SELECT entries FROM ledger WHERE writer={} FOR UPDATE", writer_),
                          rows) == Outcome::kDone &&
        !rows.empty()) {
      entries_ = std::stoull(rows[0][0]);
      return true;
    }
  }
  return false;
}

void Teller::Work() {
  if (!Recover(true)) return;
  Pace pace((options_.rate > 0 ? options_.rate : 200) / (options_.threads > 0 ? options_.threads : 4));
  while (!run_.Over()) {
    pace.Wait();
    const bool big = writer_ == 0 && options_.big_every > 0 &&
                     static_cast<double>(NowMicros() - last_big_us_) >= options_.big_every * 1e6;
    if (big) last_big_us_ = NowMicros();
    Outcome outcome = big ? BigTransaction() : Transaction();
    if (outcome == Outcome::kRefused) {
      ++summary_.refused;
      outcome = connection_.Run("ROLLBACK");
    }
    if (outcome == Outcome::kLost && !Recover(false)) return;
  }
}

void Bank(const Options& options, Run& run, Summary& summary) {
  const unsigned threads = options.threads > 0 ? options.threads : 4;
  if (options.prepare) {
    CreateBank(options, run, threads);
    return;
  }
  InThreads(threads, [&](unsigned writer) { Teller(options, run, summary, writer).Work(); });
}

}  // namespace renkei::load
