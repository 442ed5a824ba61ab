// HttpServer: answers requests on one listener with a bounded number of threads; further connections wait in
// a bounded queue, and beyond that are told 503.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/io/http_message.h"
#include "base/io/socket.h"
#include "base/result.h"

namespace renkei::base::io {

// The answer to one request, written as it grows. One thread.
class HttpReply {
 public:
  explicit HttpReply(Stream& stream) : stream_(stream) {}

  // Before the first Write.
  void SetStatus(int status) { status_ = status; }
  void SetType(std::string type) { type_ = std::move(type); }
  // Sends bytes of the body. An error means that nobody reads any more.
  Status Write(std::string_view bytes);
  // Sent after the body: what is known only then.
  void SetTrailer(std::string name, std::string value) { trailers_[std::move(name)] = std::move(value); }
  // The asker has gone away, or the server is ending.
  bool Gone() const { return stream_.PeerGone(); }
  bool begun() const { return begun_; }
  // Ends the answer; the server calls it after the handler.
  Status Finish();

 private:
  Status Begin();
  Stream& stream_;
  int status_ = 200;
  std::string type_ = "text/plain; charset=utf-8";
  HttpHeaders trailers_;
  bool begun_ = false;
};

// Called from many threads at once.
using HttpHandler = std::function<void(const HttpRequest& request, HttpReply& reply)>;

class HttpServer {
 public:
  struct Options {
    size_t threads = 4;
    size_t waiting_most = 32;
    size_t body_bytes_max = size_t{1} << 20;
  };
  // Serves until destroyed: then running answers are cut off and their handlers waited for.
  HttpServer(Listener listener, Options options, HttpHandler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const { return listener_.port(); }

 private:
  void AcceptAll();
  void Work();
  void Answer(Stream& stream);

  Listener listener_;
  const Options options_;
  const HttpHandler handler_;
  std::mutex mutex_;
  std::condition_variable waiting_changed_;
  std::deque<Stream> waiting_;
  std::set<Stream*> answering_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace renkei::base::io
