#include "base/io/http_message.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "base/io/codes.h"
#include "base/percent.h"

namespace renkei::base::io {

namespace {

Error Broken(std::string reason) { return Error(kHttpBroken, {{"reason", std::move(reason)}}); }

Status ReadTarget(std::string_view target, HttpRequest& request) {
  const size_t mark = target.find('?');
  const auto path = PercentDecode(target.substr(0, mark));
  if (!path) return Broken("the path is malformed");
  request.path = *path;
  std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const size_t equals = std::min(pair.find('='), pair.size());
    const auto name = PercentDecode(pair.substr(0, equals));
    const auto value = PercentDecode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return Broken("the query is malformed");
    request.query[*name] = *value;
  }
  return {};
}

}  // namespace

Status HttpReader::Fill() {
  std::array<char, 8192> block;
  ASSIGN_OR_RETURN(const size_t got, stream_.Read(block));
  if (got == 0)
    return Error(kStreamBroken, {{"address", stream_.address()}, {"reason", "it ended in mid-message"}});
  held_.append(block.data(), got);
  return {};
}

Result<std::string> HttpReader::Line() {
  size_t end = held_.find("\r\n");
  while (end == std::string::npos) {
    if (held_.size() > kHttpHeadBytesMax) return Broken("a line is too long");
    RETURN_IF_ERROR(Fill());
    end = held_.find("\r\n");
  }
  std::string line = held_.substr(0, end);
  held_.erase(0, end + 2);
  return line;
}

Result<HttpHeaders> HttpReader::Headers() {
  HttpHeaders headers;
  size_t bytes = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const std::string line, Line());
    if (line.empty()) return headers;
    bytes += line.size();
    const size_t colon = line.find(':');
    if (colon == std::string::npos || bytes > kHttpHeadBytesMax) return Broken("a header is malformed");
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const size_t start = line.find_first_not_of(' ', colon + 1);
    headers[name] = start == std::string::npos ? "" : line.substr(start);
  }
}

Status HttpReader::Take(size_t bytes, const std::function<Status(std::string_view)>& piece) {
  while (bytes > 0) {
    if (held_.empty()) RETURN_IF_ERROR(Fill());
    const size_t now = std::min(bytes, held_.size());
    RETURN_IF_ERROR(piece(std::string_view(held_).substr(0, now)));
    held_.erase(0, now);
    bytes -= now;
  }
  return {};
}

Result<HttpRequest> ReadRequest(Stream& stream, size_t body_bytes_max) {
  HttpReader reader(stream);
  HttpRequest request;
  ASSIGN_OR_RETURN(const std::string line, reader.Line());
  const size_t first = line.find(' ');
  const size_t second = line.rfind(' ');
  if (first == std::string::npos || second <= first || line.substr(second + 1, 5) != "HTTP/")
    return Broken("the request's first line is malformed");
  request.method = line.substr(0, first);
  RETURN_IF_ERROR(ReadTarget(std::string_view(line).substr(first + 1, second - first - 1), request));
  ASSIGN_OR_RETURN(request.headers, reader.Headers());
  const auto length = request.headers.find("content-length");
  if (length == request.headers.end()) return request;
  size_t bytes = 0;
  const std::string& text = length->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc() || end != text.data() + text.size() || bytes > body_bytes_max)
    return Broken("the body is too large");
  RETURN_IF_ERROR(reader.Take(bytes, [&](std::string_view piece) -> Status {
    request.body += piece;
    return {};
  }));
  return request;
}

}  // namespace renkei::base::io
