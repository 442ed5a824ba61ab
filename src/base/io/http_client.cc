#include "base/io/http_client.h"

#include <charconv>

#include "base/io/codes.h"

namespace renkei::base::io {

namespace {

constexpr size_t kCollectedBytesMax = size_t{64} << 20;

Result<size_t> Number(std::string_view text, int base) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end == text.data())
    return Error(kHttpBroken, {{"reason", "a number in the answer is malformed"}});
  return number;
}

Status ReadChunks(HttpReader& reader, const std::function<Status(std::string_view)>& piece,
                  HttpAnswer& answer) {
  for (;;) {
    ASSIGN_OR_RETURN(const std::string line, reader.Line());
    ASSIGN_OR_RETURN(const size_t bytes, Number(line, 16));
    if (bytes == 0) break;
    RETURN_IF_ERROR(reader.Take(bytes, piece));
    ASSIGN_OR_RETURN(const std::string end, reader.Line());
    if (!end.empty()) return Error(kHttpBroken, {{"reason", "a piece of the answer is malformed"}});
  }
  ASSIGN_OR_RETURN(answer.trailers, reader.Headers());
  return {};
}

}  // namespace

Result<HttpAnswer> Ask(Stream& stream, const HttpAsk& ask) {
  RETURN_IF_ERROR(stream.Write(ask.method + " " + ask.target +
                               " HTTP/1.1\r\nHost: renkei\r\nContent-Length: " +
                               std::to_string(ask.body.size()) + "\r\nConnection: close\r\n\r\n" + ask.body));
  HttpReader reader(stream);
  HttpAnswer answer;
  ASSIGN_OR_RETURN(const std::string line, reader.Line());
  if (line.size() < 12 || !line.starts_with("HTTP/1."))
    return Error(kHttpBroken, {{"reason", "the answer is not HTTP"}});
  ASSIGN_OR_RETURN(const size_t status, Number(std::string_view(line).substr(9, 3), 10));
  answer.status = static_cast<int>(status);
  ASSIGN_OR_RETURN(answer.headers, reader.Headers());
  const auto collect = [&](std::string_view piece) -> Status {
    if (answer.body.size() + piece.size() > kCollectedBytesMax)
      return Error(kHttpBroken, {{"reason", "the answer is too large"}});
    answer.body += piece;
    return {};
  };
  const std::function<Status(std::string_view)> piece =
      ask.piece && answer.status == 200 ? ask.piece : std::function<Status(std::string_view)>(collect);
  if (const auto length = answer.headers.find("content-length"); length != answer.headers.end()) {
    ASSIGN_OR_RETURN(const size_t bytes, Number(length->second, 10));
    RETURN_IF_ERROR(reader.Take(bytes, piece));
    return answer;
  }
  RETURN_IF_ERROR(ReadChunks(reader, piece, answer));
  return answer;
}

}  // namespace renkei::base::io
