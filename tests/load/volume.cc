// Bulk and small: as many rows as asked, as fast as the server takes them, in two opposite shapes.
#include <fmt/core.h>

#include <algorithm>

#include "load/mode.h"

namespace renkei::load {
namespace {

constexpr const char* kTable =
    "DROP TABLE IF EXISTS {0}; CREATE TABLE {0} (id BIGINT PRIMARY KEY, shop INT NOT NULL, name VARCHAR(40) "
    "NOT NULL, "
    "made_at DATETIME(6) NOT NULL, amount DECIMAL(12,2) NOT NULL) ENGINE=InnoDB";
constexpr uint64_t kSmallFirstRows = 100'000;

bool Open(Connection& connection, Run& run) {
  if (connection.Connect(std::chrono::seconds(10))) return true;
  run.Fail("cannot connect: " + connection.error());
  return false;
}

std::string Values(uint64_t id, Dice& dice) {
  const uint64_t random = dice.Next();
  return fmt::format("({},{},'name of row {}','2026-01-{:02} {:02}:{:02}:{:02}.{:06}',{}.{:02})", id,
                     random % 1000, id, 1 + random % 28, random % 24, random % 60, random / 60 % 60,
                     random % 1'000'000, random % 100'000, random % 100);
}

// The ids that are there, for choosing one at random.
class LiveIds {
 public:
  explicit LiveIds(uint64_t count) {
    for (uint64_t id = 1; id <= count; ++id) ids_.push_back(id);
    next_ = count + 1;
  }
  uint64_t Insert() {
    ids_.push_back(next_);
    return next_++;
  }
  uint64_t Any(Dice& dice) const { return ids_[dice.Below(ids_.size())]; }
  uint64_t Remove(Dice& dice) {
    std::swap(ids_[dice.Below(ids_.size())], ids_.back());
    const uint64_t id = ids_.back();
    ids_.pop_back();
    return id;
  }

 private:
  std::vector<uint64_t> ids_;
  uint64_t next_;
};

}  // namespace

void Bulk(const Options& options, Run& run, Summary& summary) {
  const uint64_t rows = options.rows > 0 ? options.rows : 5'000'000;
  const uint64_t batch = options.batch > 0 ? options.batch : 1000;
  Connection connection(options.address);
  if (!Open(connection, run)) return;
  if (options.prepare) {
    if (connection.Run(fmt::format(kTable, "bulk_rows")) != Outcome::kDone) run.Fail(connection.error());
    return;
  }
  Dice dice(options.seed);
  for (uint64_t id = 1; id <= rows && !run.Over();) {
    std::string sql = "INSERT INTO bulk_rows VALUES ";
    const uint64_t end = std::min(rows + 1, id + batch);
    for (const uint64_t first = id; id < end; ++id) {
      if (id > first) sql += ',';
      sql += Values(id, dice);
    }
    if (connection.Run(sql) != Outcome::kDone) return run.Fail(connection.error());
    summary.rows += connection.affected();
    ++summary.transactions;
  }
}

void Small(const Options& options, Run& run, Summary& summary) {
  const uint64_t changes = options.rows > 0 ? options.rows : 2'000'000;
  const uint64_t batch = options.batch > 0 ? options.batch : 10;
  const uint64_t first_rows = options.preload > 0 ? options.preload : kSmallFirstRows;
  Connection connection(options.address);
  if (!Open(connection, run)) return;
  if (options.prepare) {
    const std::string fill = fmt::format(
        "; INSERT INTO small_rows SELECT seq, seq % 1000, CONCAT('name of row ', seq), '2026-01-01', seq * "
        "0.01 FROM "
        "seq_1_to_{}",
        first_rows);
    if (connection.Run(fmt::format(kTable, "small_rows") + fill) != Outcome::kDone)
      run.Fail(connection.error());
    return;
  }
  Dice dice(options.seed);
  LiveIds ids(first_rows);
  for (uint64_t done = 0; done < changes && !run.Over();) {
    std::string sql = "BEGIN";
    const uint64_t end = std::min(changes, done + batch);
    for (; done < end; ++done) {
      const uint64_t choice = dice.Below(100);
      if (choice < 20) {
        sql += "; INSERT INTO small_rows VALUES " + Values(ids.Insert(), dice);
      } else if (choice < 80) {
        sql += fmt::format("; UPDATE small_rows SET shop={}, amount=amount+1 WHERE id={}", dice.Below(1000),
                           ids.Any(dice));
      } else {
        sql += fmt::format("; DELETE FROM small_rows WHERE id={}", ids.Remove(dice));
      }
    }
    sql += "; COMMIT";
    if (connection.Run(sql) != Outcome::kDone) return run.Fail(connection.error());
    summary.rows += connection.affected();
    ++summary.transactions;
  }
}

}  // namespace renkei::load
