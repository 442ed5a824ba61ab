// Every type has the same value from a snapshot and from the stream (invariant 8), at its edges too.
#include <gtest/gtest.h>

#include "tests/integration/mysql/capture_harness.h"
#include "tests/integration/mysql/shared_server.h"

namespace renkei::sources::mysql {
namespace {

constexpr const char* kCreate = R"sql(
CREATE TABLE types.everything (
  id INT PRIMARY KEY,
  t TINYINT, tu TINYINT UNSIGNED, b1 TINYINT(1), s SMALLINT, su SMALLINT UNSIGNED, m MEDIUMINT,
  mu MEDIUMINT UNSIGNED, i INT, iu INT UNSIGNED, l BIGINT, lu BIGINT UNSIGNED,
  d1 DECIMAL(5,2), d2 DECIMAL(18,9), d3 DECIMAL(38,0), d4 DECIMAL(38,38), d5 DECIMAL(20,3) UNSIGNED,
  f FLOAT, g DOUBLE, fu FLOAT UNSIGNED,
  bit1 BIT(1), bit9 BIT(9), bit64 BIT(64), y YEAR,
  da DATE, t0 TIME, t3 TIME(3), t6 TIME(6), dt0 DATETIME, dt1 DATETIME(1), dt6 DATETIME(6),
  ts0 TIMESTAMP NULL, ts4 TIMESTAMP(4) NULL, ts6 TIMESTAMP(6) NULL,
  c CHAR(10), c4 CHAR(200), v VARCHAR(40), vl VARCHAR(400), cl CHAR(10) CHARACTER SET latin1,
  vs VARCHAR(30) CHARACTER SET ascii, v3 VARCHAR(10) CHARACTER SET utf8mb3,
  x1 TINYTEXT, x2 TEXT, x3 MEDIUMTEXT, x4 LONGTEXT, xl TEXT CHARACTER SET latin1,
  bi BINARY(5), vb VARBINARY(20), vbl VARBINARY(300), o1 TINYBLOB, o2 BLOB, o3 MEDIUMBLOB, o4 LONGBLOB,
  e ENUM('a','b''c','d\\e','日本','') CHARACTER SET utf8mb4, el ENUM('é','x') CHARACTER SET latin1,
  st SET('r','g','b'), j JSON, vi INT AS (id + 1) VIRTUAL, sto INT AS (id * 2) STORED,
  inv INT INVISIBLE DEFAULT 7, z INT(8) UNSIGNED ZEROFILL
) CHARACTER SET utf8mb4)sql";

const std::vector<std::string>& Assignments() {
  static const std::vector<std::string> assignments = {
      // Nothing but the key.
      "",
      // Least.
      ", t=-128, tu=0, b1=0, s=-32768, su=0, m=-8388608, mu=0, i=-2147483648, iu=0, l=-9223372036854775808,"
      " lu=0, d1=-999.99, d2=-999999999.999999999, d3=-99999999999999999999999999999999999999,"
      " d4=-0.99999999999999999999999999999999999999, d5=0, f=-3.4e38, g=-1.7976931348623157e308, fu=0,"
      " bit1=b'0', bit9=0, bit64=0, y=1901, da='0001-01-01', t0='-838:59:59', t3='-838:59:59.000',"
      " t6='-00:00:00.000001', dt0='0001-01-01 00:00:00', dt1='1000-01-01 00:00:00.1',"
      " dt6='1969-12-31 23:59:59.999999', ts0='1970-01-01 00:00:01', ts4='1970-01-01 00:00:00.0001',"
      " ts6='1970-01-01 00:00:00.000001', c='', c4='', v='', vl='', cl='', vs='', v3='', x1='', x2='', x3='',"
      " x4='', xl='', bi='', vb='', vbl='', o1='', o2='', o3='', o4='', e='', el='x', st='', j='null', z=0",
      // Most.
      ", t=127, tu=255, b1=1, s=32767, su=65535, m=8388607, mu=16777215, i=2147483647, iu=4294967295,"
      " l=9223372036854775807, lu=18446744073709551615, d1=999.99, d2=999999999.999999999,"
      " d3=99999999999999999999999999999999999999, d4=0.99999999999999999999999999999999999999,"
      " d5=99999999999999999.999, f=3.4e38, g=1.7976931348623157e308, fu=16777218, bit1=b'1', bit9=511,"
      " bit64=18446744073709551615, y=2155, da='9999-12-31', t0='838:59:59', t3='838:59:58.999',"
      " t6='838:59:58.999999', dt0='9999-12-31 23:59:59', dt1='9999-12-31 23:59:59.9',"
      " dt6='9999-12-31 23:59:59.999999', ts0='2038-01-19 03:14:07', ts4='2038-01-19 03:14:07.9999',"
      " ts6='2038-01-19 03:14:07.999999', c='日本語😀abcdef', c4=REPEAT('漢',200), v=REPEAT('字',40),"
      " vl=REPEAT('字',400), cl='éÿ€žabc', vs=REPEAT('~',30), v3=REPEAT('語',10), x1=REPEAT('x',255),"
      " x2=REPEAT('語',21845), x3=REPEAT('y',70000), x4=REPEAT('z',200000), xl='naïve €', bi=x'0100000000',"
      " vb=x'00ff00', vbl=REPEAT(x'00',300), o1=REPEAT(x'ff',255), o2=x'00', o3=REPEAT('q',66000), "
      "o4=x'0102',"
      " e='日本', el='é', st='r,g,b', j='{\"a\":[1,2,{\"b\":\"日本\"}]}', z=4294967295",
      // In between.
      ", t=-1, b1=5, s=-1, m=-1, i=-1, l=-1, d1=-0.01, d2=0.000000001, d3=1, d4=-0.00000000000000000000001,"
      " d5=1000000000.001, f=16777218, g=0.1, bit9=256, bit64=1, y=0, da='2024-02-29', t0='00:00:00',"
      " t3='-00:00:00.001', t6='-12:34:56.789012', dt0='2024-02-29 12:00:00', dt1='1999-12-31 23:59:59.5',"
      " dt6='2000-01-01 00:00:00.000001', ts0='2024-03-31 01:30:00', ts4='2024-06-15 12:34:56.7891',"
      " c='trail  ', c4='   x', v='trail  ', bi='ab', vb='ab ', e=\"b'c\", st='b', j='[]', z=42",
      // Awkward bytes.
      ", c='\\t\\n', v='\\0\\'\\\"\\\\', x2='a\\0b', vb='\\0', bi='\\0a', e='d\\\\e', j='\"\\\\u0000\"', "
      "cl='\\0a', f=-0.0,"
      " g=-0.0, t6='-838:59:59.999999', t0='-00:00:01'",
  };
  return assignments;
}

class Types : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    SharedServer().Execute("CREATE OR REPLACE DATABASE types CHARACTER SET utf8mb4");
    SharedServer().Execute(kCreate);
  }
};

TEST_F(Types, AreTheSameFromSnapshotAndStream) {
  testing::MariadbServer& server = SharedServer();
  int id = 0;
  for (const std::string& assignment : Assignments())
    server.Execute("INSERT INTO types.everything SET id=" + std::to_string(++id) + assignment);
  testing::CaptureHarness harness(server.Section("\"types.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("types.everything"));
  const testing::Rows copied = harness.Apply("types.everything");
  EXPECT_EQ(copied.size(), Assignments().size());
  EXPECT_EQ(testing::Difference(harness.Read("types.everything"), copied), "");

  // Every row written again, now through the log.
  server.Execute("DELETE FROM types.everything");
  id = 0;
  for (const std::string& assignment : Assignments())
    server.Execute("INSERT INTO types.everything SET id=" + std::to_string(++id) + assignment);
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(testing::Difference(copied, harness.Apply("types.everything")), "");

  // And through updates of every column from a row of NULLs.
  server.Execute("DELETE FROM types.everything");
  id = 0;
  for (const std::string& assignment : Assignments()) {
    const std::string key = std::to_string(++id);
    server.Execute("INSERT INTO types.everything SET id=" + key);
    if (!assignment.empty())
      server.Execute("UPDATE types.everything SET id=" + key + assignment + " WHERE id=" + key);
  }
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(testing::Difference(copied, harness.Apply("types.everything")), "");
  for (const auto& [table, why] : harness.stopped()) ADD_FAILURE() << why.Debug();
  EXPECT_TRUE(harness.Stop().ok());
}

}  // namespace
}  // namespace renkei::sources::mysql
