// mssql-jdbc against the server at SQLSERVER_PORT: login, all types, prepared statements, transaction, error, big result, cancel.
import java.math.BigDecimal;
import java.sql.*;

public class JdbcCheck {
  static void expect(String name, boolean holds, Object detail) throws Exception {
    if (!holds) throw new Exception(name + ": " + detail);
    System.out.println("ok " + name);
  }

  public static void main(String[] arguments) throws Exception {
    String url = "jdbc:sqlserver://" + System.getenv().getOrDefault("SQLSERVER_HOST", "127.0.0.1") + ":" + System.getenv("SQLSERVER_PORT") +
        ";database=checks;encrypt=" + (arguments.length > 0 ? arguments[0] : "false") + ";trustServerCertificate=true;loginTimeout=15";
    try (Connection c = DriverManager.getConnection(url, System.getenv("SQLSERVER_USER"), System.getenv("SQLSERVER_PASSWORD"))) {
      Statement s = c.createStatement();
      ResultSet r = s.executeQuery("SELECT * FROM dbo.every_type ORDER BY id");
      r.next();
      StringBuilder all = new StringBuilder();
      for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) all.append(r.getString(i)).append('|');
      expect("types", r.getBigDecimal(7).equals(new BigDecimal("1234567890123456789012345678.0123456789")) &&
          r.getString(20).equals("日本語") && r.getString(21).equals("naïve 日本") && r.getString(25).equals("𠮷野家") &&
          r.getString(18).startsWith("2024-02-29 12:34:56.1234567 +09:00") && r.getLong(6) == Long.MIN_VALUE, all);
      r.next();
      expect("nulls", r.getObject(2) == null && r.getObject(27) == null && r.getObject(33) == null, r.getInt(1));
      r.close();
      PreparedStatement p = c.prepareStatement("INSERT INTO dbo.accounts VALUES (?, ?, ?)");
      for (int i = 401; i < 405; i++) {
        p.setInt(1, i); p.setNString(2, "日本"); p.setBigDecimal(3, new BigDecimal("12.34"));
        expect("prepared insert " + i, p.executeUpdate() == 1, i);
      }
      PreparedStatement q = c.prepareStatement("SELECT owner, amount FROM dbo.accounts WHERE id = ?");
      for (int i = 401; i < 404; i++) {
        q.setInt(1, i);
        r = q.executeQuery();
        expect("prepared select " + i, r.next() && r.getString(1).equals("日本") && r.getBigDecimal(2).equals(new BigDecimal("12.34")), i);
        r.close();
      }
      q.close();
      c.setAutoCommit(false);
      s.executeUpdate("INSERT INTO dbo.accounts VALUES (410, N'x', 1)");
      c.rollback();
      c.setAutoCommit(true);
      r = s.executeQuery("SELECT COUNT(*) FROM dbo.accounts WHERE id = 410");
      expect("transaction", r.next() && r.getInt(1) == 0, "row stayed");
      int number = 0;
      try { s.executeQuery("SELECT * FROM dbo.nope"); } catch (SQLException e) { number = e.getErrorCode(); }
      expect("error", number == 208, number);
      r = s.executeQuery("SELECT * FROM dbo.big");
      long count = 0, sum = 0;
      while (r.next()) { count++; sum += r.getLong(1); }
      expect("big", count == 50000 && sum == 1250025000L, count);
      Statement slow = c.createStatement();
      slow.setQueryTimeout(1);
      boolean stopped = false;
      try { slow.execute("WAITFOR DELAY '00:00:20'"); } catch (SQLTimeoutException e) { stopped = true; }
      expect("cancel", stopped, "no timeout");
      r = s.executeQuery("SELECT 1");
      expect("after cancel", r.next() && r.getInt(1) == 1, "no row");
    }
  }
}
