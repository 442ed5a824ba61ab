#include "base/io/socket.h"

#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include "base/io/codes.h"

namespace renkei::base::io {

namespace {

constexpr int kBacklog = 64;

std::string Reason(int number) { return std::generic_category().message(number); }

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> Resolve(const std::string& host, uint16_t port, bool to_listen, Code failed) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = to_listen ? AI_PASSIVE : 0;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (error != 0) {
    return Error(failed, {{"address", host + ":" + std::to_string(port)}, {"reason", gai_strerror(error)}});
  }
  return Addresses(found);
}

Result<sockaddr_un> UnixAddress(const std::string& path, Code failed) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return Error(failed, {{"address", path},
                          {"reason", "a socket's path may have at most " +
                                         std::to_string(sizeof(address.sun_path) - 1) + " bytes"}});
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

int NewSocket(int family) { return socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0); }

}  // namespace

Stream& Stream::operator=(Stream&& other) noexcept {
  if (this == &other) return *this;
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  address_ = std::move(other.address_);
  return *this;
}

Stream::~Stream() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<size_t> Stream::Read(std::span<char> into) {
  ssize_t got = 0;
  do {
    got = recv(descriptor_, into.data(), into.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return Error(kStreamBroken, {{"address", address_}, {"reason", Reason(errno)}});
  return static_cast<size_t>(got);
}

Status Stream::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return Error(kStreamBroken, {{"address", address_}, {"reason", Reason(errno)}});
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return {};
}

void Stream::SetTimeout(std::chrono::milliseconds timeout) {
  timeval value{};
  value.tv_sec = timeout.count() / 1000;
  value.tv_usec = timeout.count() % 1000 * 1000;
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof(value));
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof(value));
}

bool Stream::PeerGone() const {
  pollfd look{.fd = descriptor_, .events = POLLRDHUP, .revents = 0};
  return poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

void Stream::Cancel() { shutdown(descriptor_, SHUT_RDWR); }

Listener& Listener::operator=(Listener&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(wake_, other.wake_);
  std::swap(address_, other.address_);
  std::swap(file_, other.file_);
  std::swap(port_, other.port_);
  return *this;
}

Listener::~Listener() {
  if (!file_.empty()) unlink(file_.c_str());
  if (descriptor_ >= 0) close(descriptor_);
  if (wake_ >= 0) close(wake_);
}

Result<Listener> Listener::Listen(int descriptor, std::string address) {
  Listener listener(descriptor, eventfd(0, EFD_CLOEXEC), std::move(address));
  if (listener.wake_ < 0 || listen(descriptor, kBacklog) != 0)
    return Error(kCannotListen, {{"address", listener.address_}, {"reason", Reason(errno)}});
  return listener;
}

Result<Listener> Listener::Tcp(const std::string& host, uint16_t port) {
  const std::string shown = host + ":" + std::to_string(port);
  ASSIGN_OR_RETURN(const Addresses addresses, Resolve(host, port, true, kCannotListen));
  const int descriptor = NewSocket(addresses->ai_family);
  if (descriptor < 0) return Error(kCannotListen, {{"address", shown}, {"reason", Reason(errno)}});
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(descriptor, addresses->ai_addr, addresses->ai_addrlen) != 0) {
    const int error = errno;
    close(descriptor);
    return Error(kCannotListen, {{"address", shown}, {"reason", Reason(error)}});
  }
  ASSIGN_OR_RETURN(Listener listener, Listen(descriptor, shown));
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size);
  listener.port_ = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                                                     : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
  return listener;
}

Result<Listener> Listener::Unix(const std::string& path) {
  ASSIGN_OR_RETURN(const sockaddr_un address, UnixAddress(path, kCannotListen));
  if (ConnectUnix(path).ok())
    return Error(kCannotListen, {{"address", path}, {"reason", "another process listens there"}});
  unlink(path.c_str());
  const int descriptor = NewSocket(AF_UNIX);
  if (descriptor < 0) return Error(kCannotListen, {{"address", path}, {"reason", Reason(errno)}});
  // Before listen nobody can connect, so that the mode is in force from the first connection on.
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
    const int error = errno;
    close(descriptor);
    return Error(kCannotListen, {{"address", path}, {"reason", Reason(error)}});
  }
  ASSIGN_OR_RETURN(Listener listener, Listen(descriptor, path));
  listener.file_ = path;
  return listener;
}

Result<Stream> Listener::Accept() {
  for (;;) {
    pollfd waits[] = {{.fd = descriptor_, .events = POLLIN, .revents = 0},
                      {.fd = wake_, .events = POLLIN, .revents = 0}};
    if (poll(waits, 2, -1) < 0 && errno != EINTR)
      return Error(kCannotListen, {{"address", address_}, {"reason", Reason(errno)}});
    if (waits[1].revents != 0) return Stream();
    if (waits[0].revents == 0) continue;
    const int accepted = accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted >= 0) return Stream(accepted, address_);
    const bool passing = errno == EINTR || errno == ECONNABORTED || errno == EAGAIN;
    if (!passing) return Error(kCannotListen, {{"address", address_}, {"reason", Reason(errno)}});
  }
}

void Listener::Close() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
}

Result<Stream> ConnectTcp(const std::string& host, uint16_t port) {
  const std::string shown = host + ":" + std::to_string(port);
  ASSIGN_OR_RETURN(const Addresses addresses, Resolve(host, port, false, kCannotConnect));
  int error = 0;
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    const int descriptor = NewSocket(address->ai_family);
    if (descriptor >= 0 && connect(descriptor, address->ai_addr, address->ai_addrlen) == 0)
      return Stream(descriptor, shown);
    error = errno;
    if (descriptor >= 0) close(descriptor);
  }
  return Error(kCannotConnect, {{"address", shown}, {"reason", Reason(error)}});
}

Result<Stream> ConnectUnix(const std::string& path) {
  ASSIGN_OR_RETURN(const sockaddr_un address, UnixAddress(path, kCannotConnect));
  const int descriptor = NewSocket(AF_UNIX);
  if (descriptor >= 0 &&
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
    return Stream(descriptor, path);
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  return Error(kCannotConnect, {{"address", path}, {"reason", Reason(error)}});
}

}  // namespace renkei::base::io
