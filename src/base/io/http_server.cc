#include "base/io/http_server.h"

#include <fmt/core.h>

#include <utility>

namespace renkei::base::io {

namespace {

constexpr std::chrono::seconds kStuck{30};

std::string_view StatusText(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Answer";
  }
}

}  // namespace

Status HttpReply::Begin() {
  begun_ = true;
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", status_, StatusText(status_), type_);
  head += "Transfer-Encoding: chunked\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
  return stream_.Write(head);
}

Status HttpReply::Write(std::string_view bytes) {
  if (!begun_) RETURN_IF_ERROR(Begin());
  if (bytes.empty()) return {};
  std::string chunk = fmt::format("{:x}\r\n", bytes.size());
  chunk.append(bytes);
  chunk += "\r\n";
  return stream_.Write(chunk);
}

Status HttpReply::Finish() {
  if (!begun_) RETURN_IF_ERROR(Begin());
  std::string end = "0\r\n";
  for (const auto& [name, value] : trailers_) end += name + ": " + value + "\r\n";
  return stream_.Write(end + "\r\n");
}

HttpServer::HttpServer(Listener listener, Options options, HttpHandler handler)
    : listener_(std::move(listener)), options_(options), handler_(std::move(handler)) {
  threads_.emplace_back([this] { AcceptAll(); });
  for (size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Work(); });
}

HttpServer::~HttpServer() {
  listener_.Close();
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    waiting_.clear();
    for (Stream* stream : answering_) stream->Cancel();
  }
  waiting_changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void HttpServer::AcceptAll() {
  for (;;) {
    Result<Stream> accepted = listener_.Accept();
    if (!accepted.ok() || !accepted->open()) return;
    accepted->SetTimeout(kStuck);
    {
      std::lock_guard lock(mutex_);
      if (ending_) return;
      if (waiting_.size() < options_.waiting_most) {
        waiting_.push_back(std::move(*accepted));
        waiting_changed_.notify_one();
        continue;
      }
    }
    HttpReply reply(*accepted);
    reply.SetStatus(503);
    if (reply.Write("too many requests at once; try again\n").ok()) (void)reply.Finish().ok();
  }
}

void HttpServer::Work() {
  for (;;) {
    Stream stream;
    {
      std::unique_lock lock(mutex_);
      waiting_changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
      if (ending_) return;
      stream = std::move(waiting_.front());
      waiting_.pop_front();
      answering_.insert(&stream);
    }
    Answer(stream);
    std::lock_guard lock(mutex_);
    answering_.erase(&stream);
  }
}

void HttpServer::Answer(Stream& stream) {
  HttpReply reply(stream);
  const Result<HttpRequest> request = ReadRequest(stream, options_.body_bytes_max);
  if (request.ok()) {
    handler_(*request, reply);
  } else {
    reply.SetStatus(400);
    if (!reply.Write("the request is malformed or too large\n").ok()) return;
  }
  // The asker may have gone: there is nobody to tell.
  (void)reply.Finish().ok();
}

}  // namespace renkei::base::io
