#include "base/io/http_client.h"
#include "base/io/http_server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "base/io/codes.h"

namespace renkei::base::io {
namespace {

class HttpTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "renkei-http-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string socket() const { return folder_ + "/test.sock"; }
  std::unique_ptr<HttpServer> Serve(HttpHandler handler, HttpServer::Options options = {}) {
    Result<Listener> listener = Listener::Unix(socket());
    CHECK(listener.ok());
    return std::make_unique<HttpServer>(std::move(*listener), options, std::move(handler));
  }
  Result<HttpAnswer> AskSocket(const HttpAsk& ask) {
    Result<Stream> stream = ConnectUnix(socket());
    if (!stream.ok()) return stream.error();
    return Ask(*stream, ask);
  }

  std::string folder_;
};

TEST_F(HttpTest, CarriesPathQueryAndBody) {
  const auto server = Serve([](const HttpRequest& request, HttpReply& reply) {
    ASSERT_TRUE(reply.Write(request.method + " " + request.path + " " + request.query.at("a b") + " ").ok());
    ASSERT_TRUE(reply.Write(request.body).ok());
  });
  const auto answer = AskSocket({.method = "POST", .target = "/x%20y?a%20b=1%262&c=", .body = "在庫"});
  ASSERT_TRUE(answer.ok()) << answer.error().Debug();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "POST /x y 1&2 在庫");
}

TEST_F(HttpTest, StreamsLargeBodiesInPiecesAndEndsWithTrailers) {
  const std::string piece(100'000, 'x');
  const auto server = Serve([&](const HttpRequest&, HttpReply& reply) {
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(reply.Write(piece).ok());
    reply.SetTrailer("Exit", "1");
  });
  size_t bytes = 0;
  const auto answer = AskSocket({.piece = [&](std::string_view got) -> Status {
    bytes += got.size();
    return {};
  }});
  ASSERT_TRUE(answer.ok()) << answer.error().Debug();
  EXPECT_EQ(bytes, 5'000'000u);
  EXPECT_EQ(answer->trailers.at("exit"), "1");
}

TEST_F(HttpTest, AnAnswerCutOffIsAnError) {
  Result<Listener> listener = Listener::Unix(socket());
  ASSERT_TRUE(listener.ok());
  std::thread server([&] {
    Result<Stream> stream = listener->Accept();
    ASSERT_TRUE(stream.ok());
    ASSERT_TRUE(ReadRequest(*stream, 100).ok());
    ASSERT_TRUE(stream->Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel").ok());
  });
  const auto answer = AskSocket({});
  server.join();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), kStreamBroken);
}

TEST_F(HttpTest, RefusesBodiesAndHeadsBeyondTheirBounds) {
  const auto server = Serve([](const HttpRequest&, HttpReply&) { FAIL(); }, {.body_bytes_max = 10});
  const auto answer = AskSocket({.method = "POST", .body = "longer than ten bytes"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 400);
}

TEST_F(HttpTest, TheSocketFileIsPrivateAndAStaleOneIsReplaced) {
  {
    const auto server = Serve([](const HttpRequest&, HttpReply&) {});
  }
  EXPECT_FALSE(std::filesystem::exists(socket()));
  // A file left behind by a process that was killed.
  const int left = open(socket().c_str(), O_CREAT | O_WRONLY, 0644);
  close(left);
  const auto server = Serve([](const HttpRequest&, HttpReply&) {});
  struct stat about {};
  ASSERT_EQ(stat(socket().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  const Result<Listener> second = Listener::Unix(socket());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), kCannotListen);
  EXPECT_TRUE(AskSocket({}).ok());
}

TEST_F(HttpTest, EndingTheServerCutsRunningAnswersOff) {
  std::mutex mutex;
  std::condition_variable changed;
  bool asked = false;
  auto server = Serve([&](const HttpRequest&, HttpReply& reply) {
    {
      std::lock_guard lock(mutex);
      asked = true;
    }
    changed.notify_all();
    while (reply.Write("more").ok()) {
    }
  });
  std::thread client([&] { (void)AskSocket({.piece = [](std::string_view) -> Status { return {}; }}).ok(); });
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return asked; });
  lock.unlock();
  server.reset();
  client.join();
}

TEST_F(HttpTest, ServesOverTcp) {
  Result<Listener> listener = Listener::Tcp("127.0.0.1", 0);
  ASSERT_TRUE(listener.ok()) << listener.error().Debug();
  HttpServer server(std::move(*listener), {}, [](const HttpRequest& request, HttpReply& reply) {
    ASSERT_TRUE(reply.Write(request.path).ok());
  });
  Result<Stream> stream = ConnectTcp("127.0.0.1", server.port());
  ASSERT_TRUE(stream.ok()) << stream.error().Debug();
  const auto answer = Ask(*stream, {.target = "/metrics"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->body, "/metrics");
}

}  // namespace
}  // namespace renkei::base::io
