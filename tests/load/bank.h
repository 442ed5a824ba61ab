// The bank: money that moves between three tables with three forms of key, so that its sum never changes, and
// a journal that only grows. What must hold in every state that a reader may see:
//   sum(balance) over accounts, vaults, savings  = the sum at the start
//   per writer: ledger.entries = count(journal) = max(journal.entry)
//   parcels: one and the same batch in all rows (they change in one big transaction)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "load/mode.h"

namespace renkei::load {

constexpr uint64_t kKeySpace = 1'000'000'000;
constexpr int64_t kFirstBalance = 1000;

enum class BankTable { kAccounts, kVaults, kSavings };
constexpr unsigned kBankTables = 3;

// SQL for a table of purses, whatever its key is.
std::string TableName(BankTable table);
// A query for (condition that names the row, balance) of the first row at or after a place in the key space.
std::string PickAt(BankTable table, uint64_t place);
// `column = value, …` and `(columns) VALUES (…)` for the key that belongs to a place.
std::string KeyAssignment(BankTable table, uint64_t place);
std::string InsertAt(BankTable table, uint64_t place, int64_t balance);
// Creates all tables, with `purses` rows in accounts and a half of it in each other, and `parcels` of 64 KiB.
bool CreateBank(const Options& options, Run& run, unsigned writers);

// One writer. Owned and used by one thread.
class Teller {
 public:
  Teller(const Options& options, Run& run, Summary& summary, unsigned writer);
  void Work();

 private:
  struct Purse {
    BankTable table;
    std::string where;
    int64_t balance;
  };

  Outcome Transaction();
  Outcome BigTransaction();
  Outcome Act();
  Outcome Transfer();
  Outcome Open();
  Outcome CloseOne();
  Outcome ChangeKey();
  Outcome SwapKeys();
  Outcome Reinsert();
  Outcome TouchMany();
  Outcome Post();
  Outcome Move(const Purse& purse, int64_t amount);
  Outcome Pick(BankTable table, std::optional<Purse>& purse);
  Outcome PickAny(std::optional<Purse>& purse);
  // Connects (again) and learns from the ledger whether a lost transaction was committed. False: given up.
  bool Recover(bool first);

  const Options& options_;
  Run& run_;
  Summary& summary_;
  const unsigned writer_;
  Dice dice_;
  Connection connection_;
  uint64_t entries_ = 0;
  int64_t last_big_us_;
};

}  // namespace renkei::load
