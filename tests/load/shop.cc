// Shop: customers order goods, pay, get parcels, cancel; prices and stock change in bulk; names are Japanese.
#include <fmt/core.h>

#include <array>

#include "load/mode.h"

namespace renkei::load {
namespace {

constexpr const char* kTables = R"(
DROP TABLE IF EXISTS items, orders, customers, stock;
CREATE TABLE customers (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, name VARCHAR(60) NOT NULL, kana VARCHAR(60),
  prefecture VARCHAR(12) NOT NULL, email VARCHAR(120), points INT NOT NULL DEFAULT 0, birthday DATE,
  joined_at DATETIME NOT NULL) ENGINE=InnoDB;
CREATE TABLE stock (sku CHAR(8) PRIMARY KEY, name VARCHAR(80) NOT NULL, category ENUM('食品','本','衣類','家電') NOT NULL,
  price DECIMAL(10,2) NOT NULL, on_hand INT NOT NULL, weight_kg DOUBLE, flags SET('冷蔵','限定','大型') NOT NULL DEFAULT '',
  updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)) ENGINE=InnoDB;
CREATE TABLE orders (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, customer_id INT UNSIGNED NOT NULL,
  state ENUM('受付','入金','発送','取消') NOT NULL DEFAULT '受付', total DECIMAL(12,2) NOT NULL, memo TEXT,
  ordered_at DATETIME(6) NOT NULL) ENGINE=InnoDB;
CREATE TABLE items (order_id BIGINT UNSIGNED, line SMALLINT UNSIGNED, sku CHAR(8) NOT NULL, quantity INT NOT NULL,
  price DECIMAL(10,2) NOT NULL, PRIMARY KEY (order_id, line)) ENGINE=InnoDB;
)";

constexpr std::array kFamilies = {"佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺",
                                  "山本", "中村", "小林", "加藤", "吉田", "髙﨑"};
constexpr std::array kGiven = {"結衣", "陽翔", "葵", "蓮", "さくら", "大翔", "美咲", "悠真", "凛", "颯太"};
constexpr std::array kPrefectures = {"東京都", "大阪府",   "北海道", "愛知県",
                                     "福岡県", "神奈川県", "京都府", "沖縄県"};
constexpr std::array kGoods = {"緑茶",   "文庫本", "手ぬぐい", "炊飯器", "味噌",
                               "ノート", "半纏",   "扇風機",   "煎餅🍘",  "辞典"};
constexpr std::array kCategories = {"食品", "本", "衣類", "家電"};
constexpr unsigned kSkus = 200;

std::string Sku(uint64_t number) { return fmt::format("SKU{:05}", number); }

template <class Words>
const char* AnyOf(const Words& words, Dice& dice) {
  return words[dice.Below(words.size())];
}

std::string CustomerRow(Dice& dice) {
  return fmt::format("('{} {}', NULL, '{}', 'kyaku{}@example.jp', 0, '{}-{:02}-{:02}', NOW())",
                     AnyOf(kFamilies, dice), AnyOf(kGiven, dice), AnyOf(kPrefectures, dice),
                     dice.Below(100'000), 1950 + dice.Below(56), 1 + dice.Below(12), 1 + dice.Below(28));
}
constexpr const char* kCustomerColumns = "(name, kana, prefecture, email, points, birthday, joined_at)";

class Clerk {
 public:
  Clerk(const Options& options, Run& run, Summary& summary)
      : options_(options), run_(run), summary_(summary), dice_(options.seed), connection_(options.address) {}

  void Prepare() {
    std::string sql = kTables;
    for (unsigned i = 0; i < kSkus; ++i) {
      sql += fmt::format(
          "INSERT INTO stock (sku, name, category, price, on_hand, weight_kg) VALUES ('{}','{} "
          "{}','{}',{},{},{});",
          Sku(i), kGoods[i % kGoods.size()], i, kCategories[i % kCategories.size()], 100 + 37 * i, 500 + i,
          0.25 * i);
    }
    const uint64_t rows = options_.rows > 0 ? options_.rows : 20'000;
    for (uint64_t done = 0; done < rows / 10; done += 500) {
      sql += fmt::format("INSERT INTO customers {} VALUES ", kCustomerColumns);
      for (uint64_t i = 0; i < 500; ++i) sql += (i ? "," : "") + CustomerRow(dice_);
      sql += ";";
    }
    sql += fmt::format(
        "INSERT INTO orders SELECT seq, 1 + seq % {0}, IF(seq % 3, '発送', '入金'), 100 + seq % 5000, NULL, "
        "NOW(6) - INTERVAL seq SECOND FROM seq_1_to_{1};"
        "INSERT INTO items SELECT seq, 1, CONCAT('SKU', LPAD(seq % {2}, 5, '0')), 1 + seq % 4, 120.50 FROM "
        "seq_1_to_{1};",
        std::max<uint64_t>(1, rows / 10), rows, kSkus);
    if (!connection_.Connect(std::chrono::seconds(10)) || connection_.Run(sql) != Outcome::kDone) {
      run_.Fail("cannot prepare the shop: " + connection_.error());
    }
  }

  void Work() {
    if (!Open()) return run_.Fail("cannot open the shop: " + connection_.error());
    Pace pace(options_.rate > 0 ? options_.rate : 100);
    while (!run_.Over()) {
      pace.Wait();
      const Outcome outcome = connection_.Run("BEGIN; " + Step() + "; COMMIT");
      if (outcome == Outcome::kDone) {
        ++summary_.transactions;
        summary_.rows += connection_.affected();
      } else if (outcome == Outcome::kRefused) {
        ++summary_.refused;
        (void)connection_.Run("ROLLBACK");
      } else {
        ++summary_.reconnects;
        if (!Open()) return run_.Fail("cannot connect: " + connection_.error());
      }
    }
  }

 private:
  bool Open() {
    std::vector<Row> rows;
    if (!connection_.Connect(std::chrono::seconds(60)) ||
        connection_.Query("SELECT MAX(id), (SELECT MAX(id) FROM customers) FROM orders", rows) !=
            Outcome::kDone) {
      return false;
    }
    last_order_ = std::stoull(rows[0][0]);
    customers_ = std::stoull(rows[0][1]);
    return true;
  }

  std::string Step() {
    const uint64_t choice = dice_.Below(1000);
    if (choice < 500) return Order();
    if (choice < 750)
      return fmt::format("UPDATE orders SET state='入金' WHERE id={} AND state='受付'", RecentOrder());
    if (choice < 900)
      return fmt::format("UPDATE orders SET state='発送', memo='お届け済み：置き配' WHERE id={}",
                         RecentOrder());
    if (choice < 960) return Cancel();
    if (choice < 985) {
      ++customers_;
      return fmt::format("INSERT INTO customers {} VALUES {}", kCustomerColumns, CustomerRow(dice_));
    }
    if (choice < 998) {
      return fmt::format("UPDATE customers SET points=points+{}, prefecture='{}' WHERE id={}",
                         dice_.Below(100), AnyOf(kPrefectures, dice_), 1 + dice_.Below(customers_));
    }
    return fmt::format("UPDATE stock SET price=ROUND(price*1.01, 2), on_hand=on_hand+50 WHERE category='{}'",
                       AnyOf(kCategories, dice_));
  }

  std::string Order() {
    const uint64_t id = ++last_order_;
    std::string sql = fmt::format("INSERT INTO orders VALUES ({}, {}, '受付', 0, NULL, NOW(6))", id,
                                  1 + dice_.Below(customers_));
    for (uint64_t line = 1; line <= 1 + dice_.Below(4); ++line) {
      const std::string sku = Sku(dice_.Below(kSkus));
      const uint64_t quantity = 1 + dice_.Below(3);
      sql += fmt::format(
          "; INSERT INTO items SELECT {0}, {1}, sku, {2}, price FROM stock WHERE sku='{3}'"
          "; UPDATE stock SET on_hand=on_hand-{2} WHERE sku='{3}'",
          id, line, quantity, sku);
    }
    return sql + fmt::format(
                     "; UPDATE orders SET total=(SELECT SUM(quantity*price) FROM items WHERE order_id={0}) "
                     "WHERE id={0}",
                     id);
  }

  std::string Cancel() {
    const uint64_t id = RecentOrder();
    if (dice_.Percent(50)) return fmt::format("UPDATE orders SET state='取消' WHERE id={}", id);
    return fmt::format("DELETE FROM items WHERE order_id={0}; DELETE FROM orders WHERE id={0}", id);
  }

  uint64_t RecentOrder() { return last_order_ - dice_.Below(std::min<uint64_t>(last_order_, 2000)); }

  const Options& options_;
  Run& run_;
  Summary& summary_;
  Dice dice_;
  Connection connection_;
  uint64_t last_order_ = 0;
  uint64_t customers_ = 0;
};

}  // namespace

void Shop(const Options& options, Run& run, Summary& summary) {
  Clerk clerk(options, run, summary);
  if (options.prepare) {
    clerk.Prepare();
  } else {
    clerk.Work();
  }
}

}  // namespace renkei::load
