// HttpClient: one request to one of our own servers, its answer taken piece by piece.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/io/http_message.h"
#include "base/io/socket.h"
#include "base/result.h"

namespace renkei::base::io {

struct HttpAnswer {
  int status = 0;
  HttpHeaders headers;
  HttpHeaders trailers;
  std::string body;  // empty where it was taken by pieces
};

struct HttpAsk {
  std::string method = "GET";
  std::string target = "/";  // encoded
  std::string body;
  // Takes the body of a 200 as it comes; not set: it is collected.
  std::function<Status(std::string_view)> piece = nullptr;
};

// Asks over the stream and reads the whole answer. An answer cut off in the middle is kHttpBroken.
Result<HttpAnswer> Ask(Stream& stream, const HttpAsk& ask);

}  // namespace renkei::base::io
