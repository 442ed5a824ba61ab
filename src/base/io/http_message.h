// HTTP/1.1 as far as our own programs and monitors speak it: one request a connection, bodies by
// Content-Length or chunked, trailers.
//
//   request  := method SP target SP "HTTP/1.1" CRLF { name ":" value CRLF } CRLF body
//   response := "HTTP/1.1" SP status SP text CRLF { name ":" value CRLF } CRLF { chunk } "0" CRLF trailers
//   CRLF chunk    := size:hex CRLF bytes CRLF
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/io/socket.h"
#include "base/result.h"

namespace renkei::base::io {

constexpr size_t kHttpHeadBytesMax = size_t{16} << 10;

// Header names in lower case.
using HttpHeaders = std::map<std::string, std::string>;

struct HttpRequest {
  std::string method;
  std::string path;                          // decoded
  std::map<std::string, std::string> query;  // decoded
  HttpHeaders headers;
  std::string body;
};

// Takes lines and counted bytes off a stream, in bounded memory.
class HttpReader {
 public:
  explicit HttpReader(Stream& stream) : stream_(stream) {}

  // The next line without its CRLF; kHttpBroken when it is longer than a head may be or the stream ends.
  Result<std::string> Line();
  // The lines up to the empty one.
  Result<HttpHeaders> Headers();
  // Exactly so many bytes, in pieces.
  Status Take(size_t bytes, const std::function<Status(std::string_view)>& piece);

 private:
  Status Fill();
  Stream& stream_;
  std::string held_;
};

// The first line and headers of a request; the body as the headers promise, at most body_bytes_max.
Result<HttpRequest> ReadRequest(Stream& stream, size_t body_bytes_max);

}  // namespace renkei::base::io
