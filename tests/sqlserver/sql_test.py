"""The SQL subset: what it answers, what it refuses and with which number."""
import decimal
import random
import sys
import unittest

from sqlserver.fixtures import error_of, tracked_database, tracked_table
from sqlserver.replies import run_sql
from sqlserver.sql_types import Variant

D = decimal.Decimal


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance, cls.session = tracked_database()
        run_sql(cls.session, "CREATE TABLE p (id int NOT NULL PRIMARY KEY, name varchar(20) COLLATE Latin1_General_CI_AS, n int)")
        run_sql(cls.session, "INSERT p VALUES (1, 'a', 10), (2, 'B', NULL), (3, 'c ', 30), (4, NULL, 40)")
        run_sql(cls.session, "CREATE TABLE q (id int NOT NULL, part int NOT NULL, v nvarchar(9), CONSTRAINT pk PRIMARY KEY (id, part))")
        run_sql(cls.session, "INSERT q VALUES (1, 1, N'x'), (1, 2, N'y'), (3, 1, N'z'), (9, 1, N'w')")

    def check(self, text, *rows):
        self.assertEqual(run_sql(self.session, text), list(rows), text)

    def test_three_valued_logic(self):
        self.check("SELECT id FROM p WHERE n <> 10", (3,), (4,))
        self.check("SELECT id FROM p WHERE NOT (n = 10) OR n IS NULL", (2,), (3,), (4,))
        self.check("SELECT id FROM p WHERE n NOT IN (10, NULL)")
        self.check("SELECT id FROM p WHERE id BETWEEN 2 AND 3 AND name LIKE '[bc]%'", (2,), (3,))

    def test_collation(self):
        self.check("SELECT id FROM p WHERE name = 'b '", (2,))
        self.check("SELECT id FROM p WHERE name = 'b' COLLATE Latin1_General_BIN2")
        self.check("SELECT COUNT(DISTINCT name) FROM p", (3,))

    def test_joins(self):
        self.check("SELECT p.id, q.v FROM p LEFT JOIN q ON q.id = p.id AND q.part = 1 ORDER BY p.id",
                   (1, "x"), (2, None), (3, "z"), (4, None))
        self.check("SELECT p.id, q.part FROM p JOIN q ON p.id = q.id ORDER BY p.id DESC, q.part", (3, 1), (1, 1), (1, 2))
        self.check("SELECT q.id FROM p RIGHT JOIN q ON p.id = q.id WHERE p.id IS NULL", (9,))
        self.check("SELECT p.id, x.m FROM p CROSS APPLY (SELECT MAX(part) AS m FROM q WHERE q.id = p.id) AS x WHERE x.m IS NOT NULL",
                   (1, 2), (3, 1))
        self.check("SELECT id FROM p WHERE EXISTS (SELECT 1 FROM q WHERE q.id = p.id)", (1,), (3,))

    def test_order_top_offset_group_union(self):
        self.check("SELECT TOP (2) id FROM p ORDER BY n DESC", (4,), (3,))
        self.check("SELECT id FROM p ORDER BY n OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY", (1,), (3,))
        self.check("SELECT id, COUNT(*), MIN(v) FROM q GROUP BY id HAVING COUNT(*) > 1", (1, 2, "x"))
        self.check("SELECT id FROM q UNION SELECT 4 ORDER BY 1", (1,), (3,), (4,), (9,))

    def test_arithmetic_and_conversion(self):
        self.check("SELECT 7 / 2, -7 / 2, -7 % 3, 1.0 / 3, 2 + '3'", (3, -3, -1, D("0.333333"), 5))
        self.check("SELECT CAST(0.1 AS float), CAST(1.005 AS decimal(5,2)), CAST('$1,234.5' AS money)",
                   (0.1, D("1.01"), D("1234.5000")))
        self.check("SELECT CONVERT(varchar(40), CAST('2024-02-29T01:02:03.997' AS datetime), 126), CONVERT(varbinary(4), 258), "
                   "CONVERT(char(10), 0x0AFF, 2), CAST(CAST('2024-02-29 12:00:00 +09:00' AS datetimeoffset(0)) AS datetime2(0))",
                   ("2024-02-29T01:02:03.997", b"\0\0\1\2", "0AFF      ", 638448048000000000 - 0))
        self.check("SELECT SQL_VARIANT_PROPERTY(CAST(CAST(1.5 AS decimal(9,3)) AS sql_variant), 'Scale')",
                   (Variant(__import__("sqlserver.sql_types").sql_types.INT, 3),))

    def test_udts(self):
        self.check("SELECT CAST('/1/2/' AS hierarchyid).ToString(), geography::Point(35.5, 139.25, 4326).STAsText(), "
                   "geography::Point(35.5, 139.25, 4326).STSrid", ("/1/2/", "POINT (139.25 35.5)", 4326))
        self.check("SELECT CAST('/1/' AS hierarchyid)", (b"\x58",))

    def test_variables_and_batches(self):
        self.check("DECLARE @a int = 2, @b nvarchar(5); SET @a += 3; SELECT @b = v FROM q WHERE id = 9; SELECT @a, @b", (5, "w"))
        self.check("IF EXISTS (SELECT 1 FROM p WHERE id = 5) SELECT 1 ELSE BEGIN SELECT 2 END", (2,))

    def test_key_ranges_give_what_a_full_scan_gives(self):
        chance = random.Random(5)
        run_sql(self.session, "CREATE TABLE r (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b))")
        pairs = {(chance.randrange(9), chance.randrange(9)) for _ in range(60)}
        run_sql(self.session, "INSERT r VALUES " + ", ".join(map(str, pairs)))
        for _ in range(200):
            condition = self.random_condition(chance, 3)
            python = condition.replace("=", "==").replace("<==", "<=").replace(">==", ">=").replace("AND", "and").replace("OR", "or")
            expected = sorted(pair for pair in pairs if eval(python, {"a": pair[0], "b": pair[1]}))  # pylint: disable=eval-used
            self.assertEqual(run_sql(self.session, f"SELECT a, b FROM r WHERE {condition} ORDER BY a, b"), expected, condition)

    def random_condition(self, chance, depth):
        if not depth or chance.random() < 0.3:
            return f"{chance.choice('ab')} {chance.choice(['<', '<=', '>', '>=', '='])} {chance.randrange(9)}"
        return f"({self.random_condition(chance, depth - 1)} {chance.choice(['AND', 'OR'])} {self.random_condition(chance, depth - 1)})"


class Refusals(unittest.TestCase):
    def test_numbers(self):
        instance, session = tracked_database()
        tracked_table(session)
        for text, number in (
                ("SELECT * FROM nope", 208), ("SELECT nope FROM t", 207), ("SELECT NOPE(1)", 195), ("SELECT LEN(1, 2)", 174),
                ("SELECT 'open", 105), ("SELECT /* open", 113), ("SELEC 1", 2812), ("SELECT 1 FROM", 102), ("SELECT FROM t", 156),
                ("MERGE t USING t ON 1 = 1", 102), ("SELECT * FROM t FOR XML AUTO", 102), ("SELECT SUM(a) OVER () FROM t", 102),
                ("SELECT CAST('x' AS int)", 245), ("SELECT CAST('2024-13-01' AS date)", 241), ("SELECT 1 / 0", 8134),
                ("SELECT CAST(300 AS tinyint)", 220), ("SELECT CAST(99999999999 AS int)", 8115), ("SELECT a, COUNT(*) FROM t", 8120),
                ("SELECT t.id FROM t JOIN t AS u ON id = u.id", 209), ("SELECT @nope", 137), ("INSERT t (id, nope) VALUES (1, 1)", 207),
                ("INSERT t VALUES (1)", 213), ("INSERT t (a) VALUES (1)", 515), ("INSERT t VALUES (1, 1, REPLICATE(N'x', 21))", 2628),
                ("SELECT CAST(1 AS varbinary(4)) + 1.5e0", 206), ("DROP TABLE nope", 3701), ("EXEC sp_nope", 2812),
                ("SELECT 1 WHERE 1", 4145), ("COMMIT", 3902), ("ROLLBACK", 3903), ("USE nope", 911), ("ALTER TABLE t DROP COLUMN id", 5074),
                ("SELECT N'a' COLLATE Nope_CI_AS", 448), ("CREATE TABLE x (a nope)", 243), ("SELECT (SELECT 1 UNION ALL SELECT 2)", 512)):
            self.assertEqual(error_of(session, text), number, text)
            if session.nesting:
                run_sql(session, "ROLLBACK")

    def test_an_unknown_word_refuses_the_whole_batch(self):
        _, session = tracked_database()
        tracked_table(session)
        self.assertEqual(error_of(session, "INSERT t VALUES (1, 1, N''); SELECT 1 FOO BAR"), 102)
        self.assertEqual(run_sql(session, "SELECT COUNT(*) FROM t"), [(0,)])

    def test_2012_refuses_newer_syntax(self):
        _, session = tracked_database(compat="2012")
        tracked_table(session)
        for text in ("DROP TABLE IF EXISTS t", "SELECT STRING_AGG(b, N',') FROM t", "SELECT TRIM(b) FROM t",
                     "SELECT * FROM OPENJSON(N'[]') AS j"):
            self.assertEqual(error_of(session, text), 102, text)
        self.assertIsNone(error_of(session, "SELECT CONCAT(b, 1), IIF(a = 1, 2, 3) FROM t ORDER BY id OFFSET 0 ROWS"))


if __name__ == "__main__":
    sys.exit(unittest.main())
