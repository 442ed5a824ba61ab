// Sockets: streams over TCP and over Unix socket files.
//
// Errors: kCannotListen, kCannotConnect, and kStreamBroken for a connected stream, with the address and the
// system's reason. A write never raises SIGPIPE.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace renkei::base::io {

// A connected stream. One thread reads and writes; Cancel and PeerGone may be called from any.
class Stream {
 public:
  Stream() = default;
  Stream(int descriptor, std::string address) : descriptor_(descriptor), address_(std::move(address)) {}
  Stream(Stream&& other) noexcept { *this = std::move(other); }
  Stream& operator=(Stream&& other) noexcept;
  ~Stream();

  // What has arrived, up to the span's size; 0 when the peer has ended the stream.
  Result<size_t> Read(std::span<char> into);
  Status Write(std::string_view bytes);
  // A Read or Write that makes no progress for so long fails.
  void SetTimeout(std::chrono::milliseconds timeout);
  // The peer has closed the connection, or Cancel was called.
  bool PeerGone() const;
  // Lets a Read or Write that waits fail, and every later one.
  void Cancel();
  bool open() const { return descriptor_ >= 0; }
  const std::string& address() const { return address_; }

 private:
  int descriptor_ = -1;
  std::string address_;
};

// Takes connections. Accept from one thread, Close from any.
class Listener {
 public:
  // A host name or number; port 0 takes any free one.
  static Result<Listener> Tcp(const std::string& host, uint16_t port);
  // Makes the socket file, mode 0600. A file that nobody listens on any more is replaced.
  static Result<Listener> Unix(const std::string& path);
  Listener(Listener&& other) noexcept { *this = std::move(other); }
  Listener& operator=(Listener&& other) noexcept;
  ~Listener();

  // Waits for the next connection; one that is not open means that Close was called.
  Result<Stream> Accept();
  void Close();
  uint16_t port() const { return port_; }
  const std::string& address() const { return address_; }

 private:
  Listener(int descriptor, int wake, std::string address)
      : descriptor_(descriptor), wake_(wake), address_(std::move(address)) {}
  static Result<Listener> Listen(int descriptor, std::string address);

  int descriptor_ = -1;
  int wake_ = -1;  // readable once Close was called
  std::string address_;
  std::string file_;  // the socket file, removed at the end
  uint16_t port_ = 0;
};

Result<Stream> ConnectTcp(const std::string& host, uint16_t port);
Result<Stream> ConnectUnix(const std::string& path);

}  // namespace renkei::base::io
