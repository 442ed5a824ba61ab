#include "tests/integration/mysql/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>

namespace renkei::sources::mysql::testing {

namespace {

constexpr std::chrono::seconds kStartMax{60};
constexpr std::chrono::seconds kReadTimeout{120};
constexpr const char* kPassword = "se#cr/et";

int FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  CHECK(bind(probe, reinterpret_cast<sockaddr*>(&address), length) == 0);
  CHECK(getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  close(probe);
  return ntohs(address.sin_port);
}

// The child writes to the log and dies with us.
pid_t Spawn(const std::vector<std::string>& command, const std::string& log) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  setenv("PATH", "/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/bin", 1);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

std::string MysqlRoot() {
  const char* root = getenv("RENKEI_MYSQL9");
  return root == nullptr ? "" : root;
}

}  // namespace

bool MariadbServer::IsMysql() { return !MysqlRoot().empty(); }

// As tests/mysql9/programs.py has it.
std::vector<std::string> MariadbServer::Program() const {
  std::vector<std::string> command = {"mariadbd", "--no-defaults"};
  if (IsMysql()) {
    const std::string root = MysqlRoot();
    command = {root + "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
               "--library-path",
               root + "/usr/lib/x86_64-linux-gnu",
               root + "/usr/sbin/mysqld",
               "--no-defaults",
               "--basedir=" + root + "/usr",
               "--plugin-dir=" + root + "/usr/lib/mysql/plugin",
               "--lc-messages-dir=" + root + "/usr/share/mysql",
               "--character-sets-dir=" + root + "/usr/share/mysql/charsets",
               "--secure-file-priv="};
  }
  if (geteuid() == 0) command.emplace_back("--user=root");
  return command;
}

MariadbServer::MariadbServer(std::vector<std::string> settings) : settings_(std::move(settings)) {
  folder_ = (std::filesystem::temp_directory_path() / "renkei-mariadb-XXXXXX").string();
  CHECK(mkdtemp(folder_.data()) != nullptr);
  port_ = FreePort();
  Install();
  Start();
  Execute(fmt::format("CREATE USER 'renkei'@'%' IDENTIFIED BY '{}'", kPassword));
  Execute(std::string("GRANT REPLICATION SLAVE, ") + (IsMysql() ? "REPLICATION CLIENT" : "BINLOG MONITOR") +
          ", SELECT ON *.* TO 'renkei'@'%'");
}

MariadbServer::~MariadbServer() {
  Stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void MariadbServer::Install() {
  if (IsMysql()) {
    std::filesystem::copy(MysqlRoot() + "/../template", folder_ + "/data",
                          std::filesystem::copy_options::recursive);
    return;
  }
  std::vector<std::string> command = {"mariadb-install-db",
                                      "--no-defaults",
                                      "--datadir=" + folder_ + "/data",
                                      "--skip-test-db",
                                      "--auth-root-authentication-method=normal",
                                      "--innodb-log-file-size=8M",
                                      "--innodb-flush-log-at-trx-commit=2"};
  if (geteuid() == 0) command.emplace_back("--user=root");
  int status = 0;
  CHECK_GE(waitpid(Spawn(command, folder_ + "/install.log"), &status, 0), 0);
  CHECK_EQ(status, 0);
}

void MariadbServer::Start() {
  std::vector<std::string> command = Program();
  for (const std::string& option :
       {"--datadir=" + folder_ + "/data", "--socket=" + folder_ + "/s", "--tmpdir=" + folder_,
        std::string("--bind-address=127.0.0.1"), fmt::format("--port={}", port_),
        std::string("--server-id=1"), std::string("--skip-name-resolve"),
        std::string("--character-set-server=utf8mb4"), std::string("--innodb-flush-log-at-trx-commit=2"),
        std::string("--innodb-buffer-pool-size=64M"), std::string("--max-allowed-packet=256M"),
        std::string("--log-bin=binlog"), std::string("--binlog-format=ROW"),
        std::string("--binlog-row-image=FULL"), std::string("--binlog-row-metadata=FULL")})
    command.push_back(option);
  for (const char* option :
       {"--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--mysqlx=OFF", "--innodb-doublewrite=OFF"}) {
    if (IsMysql()) command.emplace_back(option);
  }
  if (!IsMysql()) command.emplace_back("--gtid-strict-mode=ON");
  command.insert(command.end(), settings_.begin(), settings_.end());
  process_ = Spawn(command, folder_ + "/server.log");
  const auto deadline = std::chrono::steady_clock::now() + kStartMax;
  while (true) {
    if (client::Connection::Open(RootEndpoint(), kReadTimeout).ok()) return;
    CHECK(std::chrono::steady_clock::now() < deadline);
    CHECK_EQ(waitpid(process_, nullptr, WNOHANG), 0);
    // Nothing tells when a server listens; it is asked again after a moment.
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable().wait_for(lock, std::chrono::milliseconds(30));
  }
}

void MariadbServer::Stop() {
  if (process_ < 0) return;
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void MariadbServer::Kill() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

client::Endpoint MariadbServer::RootEndpoint() const {
  client::Endpoint endpoint;
  endpoint.socket = folder_ + "/s";
  endpoint.user = "root";
  endpoint.tls = client::TlsMode::kOff;
  return endpoint;
}

client::Endpoint MariadbServer::CaptureEndpoint() const {
  client::Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = static_cast<uint16_t>(port_);
  endpoint.user = "renkei";
  endpoint.password = kPassword;
  return endpoint;
}

std::unique_ptr<client::Connection> MariadbServer::Connect() const {
  auto connection = client::Connection::Open(RootEndpoint(), kReadTimeout);
  CHECK(connection.ok());
  return *std::move(connection);
}

void MariadbServer::Execute(const std::string& statement) const {
  const Status status = Connect()->Execute(statement);
  if (!status.ok()) base::CheckFailed(__FILE__, __LINE__, statement.c_str(), status.error().Debug());
}

std::string MariadbServer::Value(const std::string& query) const {
  auto value = Connect()->QueryValue(query);
  CHECK(value.ok());
  return *value;
}

std::string MariadbServer::Section(const std::string& tables, const std::string& more) const {
  return fmt::format("{{url: \"mysql://renkei@127.0.0.1:{}\", password: \"{}\", tables: [{}]{}}}", port_,
                     kPassword, tables, more.empty() ? "" : ", " + more);
}

}  // namespace renkei::sources::mysql::testing
