// Every type has the same value from a snapshot and from the stream (invariant 8), at its edges too.
#include <gtest/gtest.h>

#include "tests/integration/mysql/capture_harness.h"
#include "tests/integration/mysql/shared_server.h"

namespace renkei::sources::mysql {
namespace {

using Assignments = std::vector<std::string>;

constexpr const char* kCommon = R"sql((
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

const Assignments& CommonRows() {
  static const Assignments rows = {
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
  return rows;
}

// What only MariaDB has, and what has a form of its own.
constexpr const char* kSpecial = R"sql((
  id INT PRIMARY KEY,
  d39 DECIMAL(39,0) UNSIGNED ZEROFILL, d65 DECIMAL(65,30), d65i DECIMAL(65,0),
  u UUID, i4 INET4, i6 INET6,
  vc VARCHAR(300) COMPRESSED, vcl VARCHAR(100) CHARACTER SET latin1 COMPRESSED, tc TEXT COMPRESSED,
  bc BLOB COMPRESSED, vbc VARBINARY(200) COMPRESSED,
  g GEOMETRY, p POINT, ls LINESTRING, gc GEOMETRYCOLLECTION,
  em ENUM('😀','𠮷','x'), e16 ENUM('é','日') CHARACTER SET utf16, s16 SET('あ','b') CHARACTER SET ucs2,
  c16 CHAR(5) CHARACTER SET utf16, v32 VARCHAR(5) CHARACTER SET utf32, x16 TEXT CHARACTER SET utf16le,
  sj VARCHAR(20) CHARACTER SET sjis, cp VARCHAR(20) CHARACTER SET cp932, uj TEXT CHARACTER SET ujis,
  ej CHAR(20) CHARACTER SET eucjpms, gb VARCHAR(20) CHARACTER SET gbk, b5 VARCHAR(20) CHARACTER SET big5,
  kr VARCHAR(20) CHARACTER SET euckr, koi VARCHAR(20) CHARACTER SET koi8r, sw CHAR(10) CHARACTER SET swe7,
  ecp ENUM('髙','﨑') CHARACTER SET cp932
) CHARACTER SET utf8mb4)sql";

const Assignments& SpecialRows() {
  static const Assignments rows = {
      "",
      ", d39=0, d65=-0.000000000000000000000000000001, d65i=0, u='00000000-0000-0000-0000-000000000000',"
      " i4='0.0.0.0', i6='::', vc='', vcl='', tc='', bc='', vbc='', g=POINT(0,0), p=POINT(-1.5,1e300),"
      " em='😀', e16='é', s16='', c16='', v32='', x16='', sj='', cp='', uj='', ej='', gb='', b5='', kr='',"
      " koi='', sw='', ecp='髙'",
      ", d39=999999999999999999999999999999999999999,"
      " d65=99999999999999999999999999999999999.999999999999999999999999999999,"
      " d65i=-99999999999999999999999999999999999999999999999999999999999999999,"
      " u='ffffffff-ffff-ffff-ffff-ffffffffffff', i4='255.255.255.255',"
      " i6='ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', vc=REPEAT('漢字',150), vcl=REPEAT('é',100),"
      " tc=REPEAT('long ',13000), bc=REPEAT(x'00ff',30000), vbc=REPEAT(x'41',200),"
      " g=ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))', 4326), ls=ST_GeomFromText('LINESTRING(0 0,5 5)'),"
      " gc=ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))', 3857),"
      " em='𠮷', e16='日', s16='あ,b', c16='日本😀ab', v32='𠮷野家', x16='かな😀',"
      " sj=_sjis x'8160816181915c7eb1889f', cp=_cp932 x'8160fbfcfab187408775f040815f',"
      " uj=_ujis x'a1c18fb0a1f5a18eb1b4c1', ej=_eucjpms x'a1c1ada1adea8ff4bd8ff5a1', gb='中丂', b5='中龘',"
      " kr='한국', koi='привет', sw='ÅÄÖåäöÉ', ecp='﨑'",
      ", d39=1, d65=12.5, d65i=-7, u='123e4567-e89b-12d3-a456-426655440000', i4='192.0.2.1',"
      " i6='2001:db8::ff00:42:8329', vc='short', vcl='x', tc='x', bc=x'00', vbc=x'0000', em='x', s16='b'",
      ", u='018f0000-1234-7abc-8def-0123456789ab', i6='::ffff:192.0.2.1', vc='  ', bc=''",
      ", u='123e4567-e89b-42d3-0456-426655440000', i6='::1.2.3.4', d65=-12.5",
      ", u='00000000-0000-1000-8000-000000000000', i6='1::', i4='10.0.0.1'",
      ", i6='1:0:0:2::3', u='00000000-0000-6000-8000-000000000001'",
      ", i6='0:1:2:3:4:5:6:7', u='12345678-1234-5000-c000-00ff00ff00ff'",
  };
  return rows;
}

constexpr const char* kOldTimes = R"sql((
  id INT PRIMARY KEY,
  t TIME, t1 TIME(1), t2 TIME(2), t3 TIME(3), t4 TIME(4), t5 TIME(5), t6 TIME(6),
  d DATETIME, d1 DATETIME(1), d2 DATETIME(2), d3 DATETIME(3), d4 DATETIME(4), d5 DATETIME(5), d6 DATETIME(6),
  s TIMESTAMP NULL, s1 TIMESTAMP(1) NULL, s2 TIMESTAMP(2) NULL, s3 TIMESTAMP(3) NULL, s4 TIMESTAMP(4) NULL,
  s5 TIMESTAMP(5) NULL, s6 TIMESTAMP(6) NULL, da DATE
))sql";

// The same time in every column, with as many digits as each has.
std::string OldTimes(const std::string& time, const std::string& datetime, const std::string& timestamp) {
  std::string row = ", t='" + time + "', d='" + datetime + "', s='" + timestamp + "'";
  for (const char digits : std::string("123456")) {
    row += std::string(", t") + digits + "='" + time + "', d" + digits + "='" + datetime + "', s" + digits +
           "='" + timestamp + "'";
  }
  return row + ", da='" + datetime.substr(0, 10) + "'";
}

const Assignments& OldTimesRows() {
  static const Assignments rows = {
      "",
      OldTimes("-838:59:59", "1000-01-01 00:00:00", "1970-01-01 00:00:01"),
      OldTimes("838:59:58.999999", "9999-12-31 23:59:58.999999", "2038-01-19 03:14:06.999999"),
      OldTimes("-00:00:00.123456", "2024-02-29 12:34:56.123456", "2024-02-29 12:34:56.100001"),
      OldTimes("00:00:00", "2000-01-01 00:00:00", "2000-01-01 00:00:00.5"),
  };
  return rows;
}

class Types : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    SharedServer().Execute("CREATE OR REPLACE DATABASE types CHARACTER SET utf8mb4");
  }

  static std::string Write(const std::string& table, size_t id, const std::string& assignment) {
    return "INSERT INTO types." + table + " SET id=" + std::to_string(id) + assignment;
  }

  // Every row copied, then inserted again through the log, then updated out of a row of NULLs.
  static void ExpectTheSameBothWays(const std::string& table, const Assignments& rows,
                                    const std::string& options = "") {
    const std::string name = "types." + table;
    testing::MariadbServer& server = SharedServer();
    for (size_t i = 0; i < rows.size(); ++i) server.Execute(Write(table, i + 1, rows[i]));
    testing::CaptureHarness harness(server.Section("\"" + name + "\"", options));
    harness.Start();
    harness.OrderAll();
    ASSERT_TRUE(harness.WaitUntilCopied(name));
    const testing::Rows copied = harness.Apply(name);
    EXPECT_EQ(copied.size(), rows.size());
    EXPECT_EQ(testing::Difference(harness.Read(name), copied), "");

    server.Execute("DELETE FROM " + name);
    for (size_t i = 0; i < rows.size(); ++i) server.Execute(Write(table, i + 1, rows[i]));
    ASSERT_TRUE(harness.WaitUntilCaughtUp());
    EXPECT_EQ(testing::Difference(copied, harness.Apply(name)), "");

    server.Execute("DELETE FROM " + name);
    for (size_t i = 0; i < rows.size(); ++i) {
      server.Execute(Write(table, i + 1, ""));
      const std::string key = std::to_string(i + 1);
      if (!rows[i].empty())
        server.Execute("UPDATE " + name + " SET id=" + key + rows[i] + " WHERE id=" + key);
    }
    ASSERT_TRUE(harness.WaitUntilCaughtUp());
    EXPECT_EQ(testing::Difference(copied, harness.Apply(name)), "");
    for (const auto& [stopped, why] : harness.stopped()) ADD_FAILURE() << why.Debug();
    EXPECT_TRUE(harness.Stop().ok());
  }
};

TEST_F(Types, AreTheSameFromSnapshotAndStream) {
  SharedServer().Execute(std::string("CREATE TABLE types.everything ") + kCommon);
  ExpectTheSameBothWays("everything", CommonRows());
}

TEST_F(Types, OfMariaDbAloneAreTheSameToo) {
  SharedServer().Execute(std::string("CREATE TABLE types.special ") + kSpecial);
  ExpectTheSameBothWays("special", SpecialRows());
}

TEST_F(Types, OldStorageOfTimesIsTheSameToo) {
  SharedServer().Execute("SET GLOBAL mysql56_temporal_format=OFF");
  SharedServer().Execute(std::string("CREATE TABLE types.old_times ") + kOldTimes);
  SharedServer().Execute("SET GLOBAL mysql56_temporal_format=ON");
  ExpectTheSameBothWays("old_times", OldTimesRows());
}

TEST_F(Types, ZeroDatesFollowThePolicy) {
  const Assignments rows = {", d='0000-00-00', t='0000-00-00 00:00:00', s='0000-00-00 00:00:00'",
                            ", d='2024-02-00', t='2024-00-01 12:00:00.25', s='2024-02-29 12:00:00.5'"};
  for (const char* policy : {"null", "text"}) {
    SharedServer().Execute(
        "CREATE OR REPLACE TABLE types.zero (id INT PRIMARY KEY, d DATE, t DATETIME(2), "
        "s TIMESTAMP(1) NULL)");
    ExpectTheSameBothWays("zero", rows, std::string("zero_dates: \"") + policy + "\"");
  }
}

TEST_F(Types, InvalidTextFollowsThePolicy) {
  SharedServer().Execute(
      "CREATE OR REPLACE TABLE types.invalid (id INT PRIMARY KEY, u VARCHAR(20) CHARACTER SET "
      "utf8mb4, m VARCHAR(20) CHARACTER SET latin1, s VARCHAR(20) CHARACTER SET cp932, "
      "b VARCHAR(20) CHARACTER SET sjis)");
  ExpectTheSameBothWays(
      "invalid", {"", ", m=_latin1 x'e697a5e69cac', s=_cp932 x'fafc', b=_sjis x'879f41'"},
      "invalid_text: replace, charset: {types.invalid.m: {declared: latin1, actual: utf8mb4}}"
      ", columns: {types.invalid.b: {invalid_text: bytes}}");
}

TEST_F(Types, KeysOfEveryKindCutACopyIntoChunks) {
  testing::MariadbServer& server = SharedServer();
  const std::vector<std::pair<std::string, std::string>> keys = {
      {"UUID", "CONCAT(MD5(seq))"},
      {"INET6", "CONCAT('2001:db8::', HEX(seq * 7919 % 65536), ':', HEX(seq))"},
      {"DECIMAL(65,0)", "CONCAT('1234567890123456789012345678901234567890', seq)"},
      {"VARCHAR(20) CHARACTER SET cp932", "CONCAT('髙', seq)"},
      {"ENUM('b','a')", "IF(seq % 2, 'a', 'b')"}};
  for (const auto& [type, value] : keys) {
    server.Execute("CREATE OR REPLACE TABLE types.keyed (k " + type +
                   " NOT NULL, n INT, v TEXT, PRIMARY KEY (k, n)) CHARACTER SET utf8mb4");
    server.Execute(
        "SET STATEMENT max_recursive_iterations = 3000 FOR INSERT INTO types.keyed "
        "WITH RECURSIVE s AS (SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM s WHERE seq < 3000) "
        "SELECT " +
        value + ", seq, REPEAT('x', 4000) FROM s");
    testing::CaptureHarness harness(server.Section("types.keyed"));
    harness.Start();
    harness.OrderAll();
    ASSERT_TRUE(harness.WaitUntilCopied("types.keyed")) << type;
    const testing::Rows copied = harness.Apply("types.keyed");
    EXPECT_EQ(copied.size(), 3000u) << type;
    EXPECT_EQ(testing::Difference(harness.Read("types.keyed"), copied), "") << type;
    EXPECT_TRUE(harness.Stop().ok());
  }
}

TEST_F(Types, MembersMayChange) {
  testing::MariadbServer& server = SharedServer();
  server.Execute(
      "CREATE OR REPLACE TABLE types.members (id INT PRIMARY KEY, e ENUM('a','b'), s SET('x','y'))");
  server.Execute("INSERT INTO types.members VALUES (1, 'a', 'x')");
  testing::CaptureHarness harness(server.Section("types.members"));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("types.members"));
  // Unlogged, so that the rows' own table map is all that tells.
  auto connection = server.Connect();
  ASSERT_TRUE(connection->Execute("SET sql_log_bin = 0").ok());
  ASSERT_TRUE(
      connection->Execute("ALTER TABLE types.members MODIFY e ENUM('c','b','a'), MODIFY s SET('x','y','z')")
          .ok());
  server.Execute("INSERT INTO types.members VALUES (2, 'c', 'x,z')");
  server.Execute("UPDATE types.members SET s = 'z' WHERE id = 1");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(testing::Difference(harness.Read("types.members"), harness.Apply("types.members")), "");
  for (const auto& [stopped, why] : harness.stopped()) ADD_FAILURE() << why.Debug();
  EXPECT_TRUE(harness.Stop().ok());
}

}  // namespace
}  // namespace renkei::sources::mysql
