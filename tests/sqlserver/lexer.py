"""Tokens of Transact-SQL. What is no token raises 102, an open string 105, an open comment 113."""
import dataclasses
import re

from sqlserver.errors import SqlError, syntax

NAME, QUOTED, STRING, WIDE_STRING, INTEGER, DECIMAL, FLOAT, MONEY, HEX, VARIABLE, GLOBAL, SIGN, END = (
    "name", "quoted", "string", "wide string", "integer", "decimal", "float", "money", "hex", "variable", "global", "sign",
    "end")

# Reserved words that can be no name without brackets (those the subset can meet).
RESERVED = set("""ADD ALL ALTER AND ANY AS ASC AUTHORIZATION BEGIN BETWEEN BREAK BY CASE CHECK CLUSTERED COALESCE COLLATE
COLUMN COMMIT CONSTRAINT CONTINUE CONVERT CREATE CROSS CURRENT CURRENT_TIMESTAMP CURRENT_USER DATABASE DECLARE DEFAULT DELETE
DENY DESC DISTINCT DROP ELSE END EXEC EXECUTE EXISTS FOR FOREIGN FROM FULL FUNCTION GOTO GRANT GROUP HAVING IDENTITY IF IN
INDEX INNER INSERT INTERSECT INTO IS JOIN KEY KILL LEFT LIKE MERGE NONCLUSTERED NOT NULL NULLIF OF OFF ON OPEN OPTION OR ORDER
OUTER OVER PERCENT PIVOT PRIMARY PRINT PROC PROCEDURE RAISERROR REFERENCES RETURN REVERT REVOKE RIGHT ROLLBACK SAVE SCHEMA
SELECT SESSION_USER SET SYSTEM_USER TABLE THEN TO TOP TRAN TRANSACTION TRIGGER TRUNCATE TRY_CONVERT UNION UNIQUE
UNPIVOT UPDATE USE USER VALUES VIEW WAITFOR WHEN WHERE WHILE WITH""".split())

PATTERN = re.compile(r"""
  (?P<space>\s+|--[^\n]*)
 |(?P<comment>/\*)
 |(?P<string>[Nn]?'(?:[^']|'')*')
 |(?P<bracket>\[(?:[^\]]|\]\])*\])
 |(?P<double>"(?:[^"]|"")*")
 |(?P<hex>0[xX][0-9A-Fa-f]*)
 |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
 |(?P<money>\$-?\d+(?:\.\d+)?)
 |(?P<global>@@\w+)
 |(?P<variable>@[\w@$\#]+)
 |(?P<name>[^\W\d][\w@$\#]*|\#{1,2}\w+)
 |(?P<sign><>|<=|>=|!=|!<|!>|\+=|-=|\|=|&=|::|[-+*/%=<>(),.;&|^~{}?])
""", re.VERBOSE)


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str        # upper case for names and reserved words
    value: object
    line: int

    def is_word(self, *words):
        return self.kind == NAME and self.text in words

    def is_sign(self, *signs):
        return self.kind == SIGN and self.text in signs


def tokens_of(text, quoted_identifier=True):
    found, at, line = [], 0, 1
    while at < len(text):
        match = PATTERN.match(text, at)
        if not match:
            if text[at] == "'" or text[at:at + 2].upper() == "N'":
                raise SqlError(105, f"Unclosed quotation mark after the character string '{text[at + 1:at + 60]}'.", 15,
                               ends="batch")
            raise syntax(text[at], line)
        kind, piece = match.lastgroup, match.group()
        if kind == "comment":
            end = comment_end(text, at)
            line += text.count("\n", at, end)
            at = end
            continue
        if kind != "space":
            found.append(token(kind, piece, line, quoted_identifier))
        line += piece.count("\n")
        at = match.end()
    found.append(Token(END, "", None, line))
    return found


def comment_end(text, at):
    """Comments nest."""
    depth, place = 0, at
    while place < len(text):
        if text.startswith("/*", place):
            depth += 1
            place += 2
        elif text.startswith("*/", place):
            depth -= 1
            place += 2
            if not depth:
                return place
        else:
            place += 1
    raise SqlError(113, "Missing end comment mark '*/'.", 15, ends="batch")


def token(kind, piece, line, quoted_identifier):
    if kind == "string":
        wide = piece[0] in "Nn"
        value = piece[2 if wide else 1:-1].replace("''", "'")
        return Token(WIDE_STRING if wide else STRING, value, value, line)
    if kind == "bracket":
        value = piece[1:-1].replace("]]", "]")
        return Token(QUOTED, value, value, line)
    if kind == "double":
        value = piece[1:-1].replace('""', '"')
        return Token(QUOTED if quoted_identifier else STRING, value, value, line)
    if kind == "hex":
        digits = piece[2:]
        return Token(HEX, piece, bytes.fromhex("0" * (len(digits) % 2) + digits), line)
    if kind == "number":
        if "e" in piece or "E" in piece:
            return Token(FLOAT, piece, piece, line)
        return Token(DECIMAL if "." in piece else INTEGER, piece, piece, line)
    if kind == "name":
        return Token(NAME, piece.upper(), piece, line)
    if kind in ("variable", "global"):
        return Token(VARIABLE if kind == "variable" else GLOBAL, piece, piece.lower(), line)
    return Token(MONEY if kind == "money" else SIGN, piece, piece, line)
