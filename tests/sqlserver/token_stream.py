"""TokenStream: the reading head of the parser: look, take, demand."""
from sqlserver import lexer
from sqlserver.errors import keyword, refused, syntax


class TokenStream:
    def __init__(self, text, quoted_identifier=True, compat="2019"):
        self.tokens = lexer.tokens_of(text, quoted_identifier)
        self.at = 0
        self.compat = compat

    def peek(self, ahead=0):
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def next(self):
        found = self.peek()
        self.at += 1
        return found

    @property
    def line(self):
        return self.peek().line

    def at_end(self):
        return self.peek().kind == lexer.END

    def word(self, *words):
        """Takes the words in a row if they are next; True if so."""
        for ahead, wanted in enumerate(words):
            if not self.peek(ahead).is_word(wanted):
                return False
        self.at += len(words)
        return True

    def one_of(self, *words):
        """Takes one of the words; the word or None."""
        found = self.peek()
        if found.is_word(*words):
            self.at += 1
            return found.text
        return None

    def sign(self, *signs):
        found = self.peek()
        if found.is_sign(*signs):
            self.at += 1
            return found.text
        return None

    def demand_word(self, *words):
        for word in words:
            if not self.word(word):
                raise self.wrong()

    def demand_sign(self, sign):
        if not self.sign(sign):
            raise self.wrong()

    def wrong(self):
        """102, or 156 for a reserved word, naming the token at the head."""
        found = self.peek()
        if found.kind == lexer.NAME and found.text in lexer.RESERVED:
            return keyword(found.value, found.line)
        return syntax(found.text if found.kind != lexer.END else (self.tokens[self.at - 1].text if self.at else ""),
                      found.line)

    def unknown(self, what):
        return refused(what, self.line)

    def newer(self, what, since):
        """Raises when the server played is older than `since`."""
        if int(self.compat) < int(since):
            raise refused(f"{what}' (from SQL Server {since} on) '", self.line)

    def is_name(self, ahead=0):
        found = self.peek(ahead)
        return found.kind == lexer.QUOTED or (found.kind == lexer.NAME and found.text not in lexer.RESERVED)

    def name(self):
        if not self.is_name():
            raise self.wrong()
        return self.next().value

    def dotted_name(self):
        """('db', 'schema', 'table') as far as given; an empty part is ''."""
        parts = [self.name()]
        while self.sign("."):
            parts.append("" if self.peek().is_sign(".") else self.name())
        if len(parts) > 4:
            raise self.wrong()
        return tuple(parts)

    def integer(self):
        if self.peek().kind != lexer.INTEGER:
            raise self.wrong()
        return int(self.next().value)

    def string(self):
        if self.peek().kind not in (lexer.STRING, lexer.WIDE_STRING):
            raise self.wrong()
        return self.next().value

    def comma_list(self, reader):
        items = [reader()]
        while self.sign(","):
            items.append(reader())
        return items

    def in_brackets(self, reader):
        self.demand_sign("(")
        found = reader()
        self.demand_sign(")")
        return found
