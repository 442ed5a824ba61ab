"""pymssql, python-tds or mssql-python against the server at SQLSERVER_PORT: login, all types, parameters, transaction, error,
big result, cancel. Usage: python_check.py pymssql|pytds|mssql_python"""
import decimal
import os
import sys

HOST, PORT = os.environ.get("SQLSERVER_HOST", "127.0.0.1"), int(os.environ["SQLSERVER_PORT"])
FIRST = {"pymssql": 601, "pytds": 701, "mssql_python": 801}
USER, PASSWORD = os.environ["SQLSERVER_USER"], os.environ["SQLSERVER_PASSWORD"]


def connect(driver):
    if driver == "pymssql":
        import pymssql
        return pymssql.connect(server=HOST, port=PORT, user=USER, password=PASSWORD, database="checks", login_timeout=15), "%s"
    if driver == "pytds":
        import pytds
        return pytds.connect(HOST, port=PORT, user=USER, password=PASSWORD, database="checks", login_timeout=15), "%s"
    import mssql_python
    encrypt = os.environ.get("SQLSERVER_ENCRYPT", "no")
    return mssql_python.connect(f"Server={HOST},{PORT};UID={USER};PWD={PASSWORD};Database=checks;Encrypt={encrypt};"
                                "TrustServerCertificate=yes"), "?"


def expect(name, holds, detail=""):
    if not holds:
        raise SystemExit(f"not ok {name}: {detail!r}")
    print(f"ok {name}")


def main(driver):
    connection, mark = connect(driver)
    first = FIRST[driver]
    cursor = connection.cursor()
    cursor.execute("SELECT * FROM dbo.every_type ORDER BY id")
    rows = cursor.fetchall()
    expect("types", rows[0][5] == -2**63 and str(rows[0][6]) == "1234567890123456789012345678.0123456789" and
           rows[0][8] == decimal.Decimal("-922337203685477.5808") and rows[0][19] == "日本語" and rows[0][24] == "𠮷野家" and
           rows[0][22] == "text" and bytes(rows[0][28]) == b"\xde\xad\xbe\xef" and rows[0][32] == "<a>b</a>", rows[0])
    expect("nulls", all(value is None for value in rows[1][1:-1]), rows[1])
    for number in range(first, first + 3):
        cursor.execute(f"INSERT INTO dbo.accounts VALUES ({mark}, {mark}, {mark})", (number, "日本", decimal.Decimal("12.34")))
    cursor.execute(f"SELECT owner, amount FROM dbo.accounts WHERE id = {mark}", (first,))
    found = [tuple(row) for row in cursor.fetchall()]
    expect("parameters", found == [("日本", decimal.Decimal("12.34"))], found)
    connection.commit()
    cursor.execute(f"INSERT INTO dbo.accounts VALUES ({first + 9}, N'x', 1)")
    connection.rollback()
    cursor.execute(f"SELECT COUNT(*) FROM dbo.accounts WHERE id BETWEEN {first} AND {first + 9}")
    count = cursor.fetchall()[0][0]
    expect("transaction", count == 3, count)
    try:
        cursor.execute("SELECT * FROM dbo.nope")
        expect("error", False)
    except Exception as error:  # pylint: disable=broad-except
        expect("error", "nope" in str(error), error)
    connection.rollback()
    cursor.execute("SELECT id FROM dbo.big")
    total = count = 0
    while rows := cursor.fetchmany(5000):
        count, total = count + len(rows), total + sum(row[0] for row in rows)
    expect("big", (count, total) == (50000, 1250025000), count)
    cursor.execute("SELECT * FROM dbo.big")
    cursor.fetchone()
    cursor.close()
    cursor = connection.cursor()
    cursor.execute("SELECT 1")
    expect("cancel", cursor.fetchall()[0][0] == 1)
    connection.close()


main(sys.argv[1])
