// Paced: a steady number of rows a second over some tables. Each row carries the sequence number of its
// transaction and the client's clock just before the transaction was sent; one connection writes, so that the
// order of sequence numbers is the order of commits.
#include <fmt/core.h>

#include <cstdio>
#include <memory>

#include "load/mode.h"

namespace renkei::load {
namespace {

constexpr uint64_t kFirstRows = 10'000;

struct Shape {
  unsigned tables;
  uint64_t batch;
  double rows_per_s;
};

std::string Table(unsigned index) { return fmt::format("paced_{:03}", index); }

bool Prepare(const Options& options, const Shape& shape, Run& run) {
  Connection connection(options.address);
  if (!connection.Connect(std::chrono::seconds(10))) {
    run.Fail("cannot connect: " + connection.error());
    return false;
  }
  for (unsigned i = 0; i < shape.tables; ++i) {
    const uint64_t rows = i == 0 && options.preload > 0 ? options.preload
                          : options.rows > 0            ? options.rows
                                                        : kFirstRows;
    const std::string sql = fmt::format(
        "SET SESSION sql_log_bin=0; DROP TABLE IF EXISTS {0}; "
        "CREATE TABLE {0} (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, written_us BIGINT NOT NULL, "
        "amount DECIMAL(12,2), note VARCHAR(60)) ENGINE=InnoDB; "
        "INSERT INTO {0} SELECT seq, 0, 0, seq * 0.25, CONCAT('商品 ', seq) FROM seq_1_to_{1}",
        Table(i), rows);
    if (connection.Run(sql) != Outcome::kDone) {
      run.Fail("cannot prepare " + Table(i) + ": " + connection.error());
      return false;
    }
  }
  return true;
}

class Writer {
 public:
  Writer(const Options& options, const Shape& shape, Run& run, Summary& summary)
      : options_(options),
        shape_(shape),
        run_(run),
        summary_(summary),
        dice_(options.seed),
        connection_(options.address) {}

  void Work() {
    if (!Open()) return;
    Pace pace(shape_.rows_per_s / static_cast<double>(shape_.batch));
    while (!run_.Over()) {
      pace.Wait();
      Write(static_cast<unsigned>(seq_ % shape_.tables));
    }
  }

 private:
  bool Open() {
    if (!options_.journal.empty()) journal_.reset(std::fopen(options_.journal.c_str(), "w"));
    if (!connection_.Connect(std::chrono::seconds(10))) {
      run_.Fail("cannot connect: " + connection_.error());
      return false;
    }
    for (unsigned i = 0; i < shape_.tables; ++i) {
      std::vector<Row> rows;
      if (connection_.Query(
              fmt::format("SELECT COALESCE(MAX(id), 0), COALESCE(MAX(seq), 0) FROM {}", Table(i)), rows) !=
          Outcome::kDone) {
        run_.Fail("cannot read " + Table(i) + ": " + connection_.error());
        return false;
      }
      last_id_.push_back(std::stoull(rows[0][0]));
      seq_ = std::max(seq_, std::stoull(rows[0][1]));
    }
    return true;
  }

  // Half of the batch is inserted, half of it updated.
  void Write(unsigned table) {
    const uint64_t seq = ++seq_;
    const uint64_t inserts = (shape_.batch + 1) / 2;
    const uint64_t updates = shape_.batch - inserts;
    uint64_t& last_id = last_id_[table];
    const uint64_t range = options_.recent > 0 ? std::min(options_.recent, last_id) : last_id;
    std::string ids;
    for (uint64_t i = 0; i < updates; ++i) {
      ids += fmt::format("{}{}", i ? "," : "", last_id - dice_.Below(range));
    }
    const int64_t written_us = NowMicros();
    std::string sql = fmt::format("BEGIN; INSERT INTO {} VALUES ", Table(table));
    for (uint64_t i = 1; i <= inserts; ++i) {
      sql += fmt::format("{}({},{},{},{}.50,'新しい行 {}')", i > 1 ? "," : "", last_id + i, seq, written_us,
                         seq % 1000, i);
    }
    if (updates > 0) {
      sql += fmt::format("; UPDATE {} SET seq={}, written_us={}, amount=amount+1 WHERE id IN ({})",
                         Table(table), seq, written_us, ids);
    }
    sql += "; COMMIT";
    if (connection_.Run(sql) != Outcome::kDone) return run_.Fail("cannot write: " + connection_.error());
    last_id += inserts;
    const uint64_t changed = connection_.affected();
    summary_.rows += changed;
    ++summary_.transactions;
    if (journal_) {
      fmt::print(journal_.get(), "{},{},{},{}\n", seq, Table(table), changed, written_us);
    }
  }

  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const Options& options_;
  const Shape shape_;
  Run& run_;
  Summary& summary_;
  Dice dice_;
  Connection connection_;
  std::unique_ptr<std::FILE, CloseFile> journal_;
  std::vector<uint64_t> last_id_;
  unsigned long long seq_ = 0;
};

void Start(const Options& options, Shape shape, Run& run, Summary& summary) {
  if (options.tables > 0) shape.tables = options.tables;
  if (options.batch > 0) shape.batch = options.batch;
  if (options.rate > 0) shape.rows_per_s = options.rate;
  if (options.prepare) {
    Prepare(options, shape, run);
    return;
  }
  Writer(options, shape, run, summary).Work();
}

}  // namespace

void Paced(const Options& options, Run& run, Summary& summary) {
  Start(options, {.tables = 10, .batch = 10, .rows_per_s = 1000}, run, summary);
}

void ManyTables(const Options& options, Run& run, Summary& summary) {
  Start(options, {.tables = 500, .batch = 2, .rows_per_s = 1000}, run, summary);
}

}  // namespace renkei::load
