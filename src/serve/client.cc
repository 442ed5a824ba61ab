#include "serve/client.h"

#include "base/io/codes.h"
#include "base/io/http_client.h"
#include "serve/codes.h"
#include "serve/error_json.h"
#include "serve/verify_json.h"

namespace renkei::serve {

using base::io::HttpAnswer;

bool Client::Reachable() const { return base::io::ConnectUnix(socket_).ok(); }

renkei::Status Client::Ask(const std::string& method, const std::string& target, const std::string& body,
                           const std::function<renkei::Status(std::string_view)>& piece) const {
  Result<base::io::Stream> stream = base::io::ConnectUnix(socket_);
  if (!stream.ok()) return Error(kNotRunning, {{"socket", socket_}});
  const Result<HttpAnswer> asked =
      base::io::Ask(*stream, {.method = method, .target = target, .body = body, .piece = piece});
  if (!asked.ok() && asked.error().code() == base::io::kStreamBroken)
    return Error(kServerGone, {{"socket", socket_}});
  if (!asked.ok()) return asked.error();
  const HttpAnswer& answer = *asked;
  if (answer.status != 200) {
    const std::optional<Error> told = ErrorFromJson(answer.body);
    return told ? *told : Error(kOddAnswer, {{"what", answer.body.substr(0, 200)}});
  }
  if (const auto trailer = answer.trailers.find("renkei-error"); trailer != answer.trailers.end()) {
    const std::optional<Error> told = ErrorFromJson(trailer->second);
    return told ? *told : Error(kOddAnswer, {{"what", trailer->second.substr(0, 200)}});
  }
  return {};
}

Result<std::string> Client::Status() const {
  std::string body;
  RETURN_IF_ERROR(Ask("GET", "/status", "", [&](std::string_view piece) -> renkei::Status {
    body += piece;
    return {};
  }));
  return body;
}

renkei::Status Client::Sql(const std::string& statement, const std::string& format,
                           const std::function<void(std::string_view)>& piece,
                           std::chrono::milliseconds timeout) const {
  const std::string target = "/sql?format=" + format + "&timeout_ms=" + std::to_string(timeout.count());
  return Ask("POST", target, statement, [&](std::string_view got) -> renkei::Status {
    piece(got);
    return {};
  });
}

renkei::Status Client::Verify(const std::vector<std::string>& patterns,
                              const std::function<void(const verify::TableResult&)>& each) const {
  std::string body;
  for (const std::string& pattern : patterns) body += pattern + "\n";
  std::string held;
  return Ask("POST", "/verify", body, [&](std::string_view piece) -> renkei::Status {
    held += piece;
    for (size_t end = held.find('\n'); end != std::string::npos; end = held.find('\n')) {
      const auto result = VerifyFromJson(std::string_view(held).substr(0, end));
      if (!result) return Error(kOddAnswer, {{"what", held.substr(0, 200)}});
      each(*result);
      held.erase(0, end + 1);
    }
    return {};
  });
}

renkei::Status Client::Repair(const std::vector<std::string>& patterns, bool all, bool anew,
                              const std::string& source,
                              const std::function<void(const Error&)>& each) const {
  std::string body;
  for (const std::string& pattern : patterns) body += pattern + "\n";
  const std::string target = std::string("/repair?all=") + (all ? "1" : "0") + "&anew=" + (anew ? "1" : "0") +
                             (source.empty() ? "" : "&source=" + source);
  std::string held;
  return Ask("POST", target, body, [&](std::string_view piece) -> renkei::Status {
    held += piece;
    for (size_t end = held.find('\n'); end != std::string::npos; end = held.find('\n')) {
      const auto told = ErrorFromJson(std::string_view(held).substr(0, end));
      if (!told) return Error(kOddAnswer, {{"what", held.substr(0, 200)}});
      each(*told);
      held.erase(0, end + 1);
    }
    return {};
  });
}

}  // namespace renkei::serve
