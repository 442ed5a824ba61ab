#include "tests/integration/sqlserver/standin.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "base/check.h"

namespace renkei::sources::sqlserver::testing {

namespace {

constexpr std::chrono::seconds kTimeout{60};
constexpr const char* kPassword = "se#cr/et";

uint16_t NumberAfter(const std::string& json, const std::string& name) {
  const size_t at = json.find('"' + name + "\": ");
  CHECK(at != std::string::npos);
  return static_cast<uint16_t>(std::stoi(json.substr(at + name.size() + 4)));
}

}  // namespace

StandIn::StandIn() {
  int out[2];
  CHECK(pipe(out) == 0);
  const pid_t parent = getpid();
  process_ = fork();
  CHECK(process_ >= 0);
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    dup2(out[1], STDOUT_FILENO);
    setenv("PYTHONPATH", RENKEI_TESTS_FOLDER, 1);
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
    execl("/usr/bin/python3", "python3", "-m", "sqlserver.server", "--password", kPassword, nullptr);
    _exit(127);
  }
  close(out[1]);
  std::string line;
  char c = 0;
  while (read(out[0], &c, 1) == 1 && c != '\n') line += c;
  close(out[0]);
  port_ = NumberAfter(line, "port");
  control_port_ = NumberAfter(line, "control_port");
  client::Endpoint master = endpoint();
  master.database = "master";
  auto session = client::Connection::Open(master, kTimeout);
  CHECK(session.ok());
  for (const char* batch :
       {"CREATE DATABASE shop", "ALTER DATABASE shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)",
        "ALTER DATABASE shop SET ALLOW_SNAPSHOT_ISOLATION ON"}) {
    CHECK((*session)->Execute(batch).ok());
  }
}

StandIn::~StandIn() {
  session_.reset();
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

client::Endpoint StandIn::endpoint() const {
  client::Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = port_;
  endpoint.user = "sa";
  endpoint.password = kPassword;
  endpoint.database = "shop";
  endpoint.tls = client::TlsMode::kOff;
  return endpoint;
}

std::string StandIn::url() const { return fmt::format("sqlserver://sa@127.0.0.1:{}/shop", port_); }

client::Connection& StandIn::session() {
  if (!session_) {
    auto opened = client::Connection::Open(endpoint(), kTimeout);
    CHECK(opened.ok());
    session_ = *std::move(opened);
  }
  return *session_;
}

void StandIn::Execute(const std::string& batch) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const Status done = session().Execute(batch);
    if (done.ok()) return;
    session_.reset();
    if (attempt == 19) base::CheckFailed(__FILE__, __LINE__, "a statement of the test", done.error().Debug());
  }
}

std::vector<client::TextRow> StandIn::Query(const std::string& batch) {
  for (int attempt = 0;; ++attempt) {
    auto rows = session().Query(batch);
    if (rows.ok()) return *std::move(rows);
    session_.reset();
    CHECK(attempt < 20);
  }
}

void StandIn::Control(const std::string& request) const {
  const int control = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(control_port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(connect(control, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const std::string line = request + "\n";
  CHECK(write(control, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  std::string answer;
  char c = 0;
  while (read(control, &c, 1) == 1 && c != '\n') answer += c;
  close(control);
  CHECK(answer.find("\"ok\": true") != std::string::npos);
}

}  // namespace renkei::sources::sqlserver::testing
