CREATE DATABASE checks
GO
USE checks
GO
ALTER DATABASE checks SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)
GO
ALTER DATABASE checks SET ALLOW_SNAPSHOT_ISOLATION ON
GO
CREATE TABLE dbo.every_type (
  id int NOT NULL PRIMARY KEY, c_bit bit, c_tinyint tinyint, c_smallint smallint, c_int int, c_bigint bigint,
  c_decimal decimal(38,10), c_numeric numeric(9,2), c_money money, c_smallmoney smallmoney, c_real real, c_float float,
  c_date date, c_time time(7), c_datetime datetime, c_smalldatetime smalldatetime, c_datetime2 datetime2(7),
  c_datetimeoffset datetimeoffset(7), c_char char(5) COLLATE Latin1_General_CI_AS, c_varchar varchar(20) COLLATE Japanese_CI_AS,
  c_utf8 varchar(20) COLLATE Latin1_General_100_CI_AS_SC_UTF8, c_varchar_max varchar(max), c_text text, c_nchar nchar(5),
  c_nvarchar nvarchar(20), c_nvarchar_max nvarchar(max), c_ntext ntext, c_binary binary(4), c_varbinary varbinary(10),
  c_varbinary_max varbinary(max), c_image image, c_uniqueidentifier uniqueidentifier, c_xml xml, c_rowversion rowversion)
GO
INSERT INTO dbo.every_type (id, c_bit, c_tinyint, c_smallint, c_int, c_bigint, c_decimal, c_numeric, c_money, c_smallmoney,
  c_real, c_float, c_date, c_time, c_datetime, c_smalldatetime, c_datetime2, c_datetimeoffset, c_char, c_varchar, c_utf8,
  c_varchar_max, c_text, c_nchar, c_nvarchar, c_nvarchar_max, c_ntext, c_binary, c_varbinary, c_varbinary_max, c_image,
  c_uniqueidentifier, c_xml)
VALUES (1, 1, 255, -32768, -2147483648, -9223372036854775808, 1234567890123456789012345678.0123456789, -1234567.89,
  -922337203685477.5808, 214748.3647, 1.5, 0.1, '2024-02-29', '23:59:59.9999999', '2024-02-29 12:34:56.997', '2024-02-29 12:34',
  '9999-12-31 23:59:59.9999999', '2024-02-29 12:34:56.1234567 +09:00', 'ab', N'日本語', N'naïve 日本', 'long', 'text', N'nc',
  N'𠮷野家', N'ｗｉｄｅ', N'ntext', 0x01020304, 0xDEADBEEF, 0x00FF, 0x0A0B, '6F9619FF-8B86-D011-B42D-00C04FC964FF',
  N'<a>b</a>')
GO
INSERT INTO dbo.every_type (id) VALUES (2)
GO
CREATE TABLE dbo.accounts (id int NOT NULL PRIMARY KEY, owner nvarchar(40) NOT NULL, amount decimal(12,2) NOT NULL)
GO
ALTER TABLE dbo.accounts ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)
GO
CREATE TABLE dbo.big (id bigint NOT NULL PRIMARY KEY, number int NOT NULL, word nvarchar(40) NOT NULL, amount decimal(12,2) NOT NULL)
