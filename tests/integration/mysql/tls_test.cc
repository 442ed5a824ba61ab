// Encryption: what each mode demands of the server.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "sources/mysql/client/connection.h"
#include "sources/mysql/codes.h"
#include "tests/integration/mysql/server.h"

namespace renkei::sources::mysql {
namespace {

using client::Connection;
using client::TlsMode;

// A certificate authority and a server certificate for 127.0.0.1, made for this test.
class Certificates {
 public:
  explicit Certificates(const std::string& name) {
    folder_ = (std::filesystem::temp_directory_path() / "renkei-tls-XXXXXX").string();
    CHECK(mkdtemp(folder_.data()) != nullptr);
    Run("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=renkei-test-ca -keyout ca.key -out "
        "ca.pem");
    Run("openssl req -newkey rsa:2048 -nodes -subj /CN=" + name + " -keyout server.key -out server.csr");
    Run("openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem");
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }
  std::string Path(const std::string& file) const { return folder_ + "/" + file; }
  std::vector<std::string> Settings() const {
    return {"--ssl-ca=" + Path("ca.pem"), "--ssl-cert=" + Path("server.pem"),
            "--ssl-key=" + Path("server.key")};
  }

 private:
  void Run(const std::string& command) {
    CHECK_EQ(std::system(("cd " + folder_ + " && " + command + " >/dev/null 2>&1").c_str()), 0);
  }
  std::string folder_;
};

Result<std::unique_ptr<Connection>> Open(client::Endpoint endpoint, TlsMode mode,
                                         const std::string& ca = "") {
  endpoint.tls = mode;
  endpoint.ca = ca;
  return Connection::Open(endpoint, std::chrono::seconds(10));
}

bool IsEncrypted(const Result<std::unique_ptr<Connection>>& connection) {
  if (!connection.ok()) ADD_FAILURE() << connection.error().Debug();
  return connection.ok() && (*connection)->encrypted();
}

TEST(Tls, EachModeDemandsWhatItSays) {
  const Certificates certificates("127.0.0.1");
  const Certificates others("127.0.0.1");
  testing::MariadbServer server(certificates.Settings());
  const client::Endpoint endpoint = server.CaptureEndpoint();
  EXPECT_FALSE(IsEncrypted(Open(endpoint, TlsMode::kOff)));
  EXPECT_TRUE(IsEncrypted(Open(endpoint, TlsMode::kPrefer)));
  EXPECT_TRUE(IsEncrypted(Open(endpoint, TlsMode::kRequire)));
  EXPECT_TRUE(IsEncrypted(Open(endpoint, TlsMode::kVerifyCa, certificates.Path("ca.pem"))));
  EXPECT_TRUE(IsEncrypted(Open(endpoint, TlsMode::kVerifyFull, certificates.Path("ca.pem"))));
  EXPECT_EQ(Open(endpoint, TlsMode::kVerifyCa, others.Path("ca.pem")).error().code(), kTlsFailed);
  EXPECT_EQ(Open(endpoint, TlsMode::kVerifyFull, others.Path("ca.pem")).error().code(), kTlsFailed);
  EXPECT_EQ(Open(endpoint, TlsMode::kVerifyFull).error().code(), kTlsFailed);
}

TEST(Tls, VerifyFullProvesTheHostName) {
  const Certificates certificates("db.internal");
  testing::MariadbServer server(certificates.Settings());
  const client::Endpoint endpoint = server.CaptureEndpoint();
  EXPECT_TRUE(IsEncrypted(Open(endpoint, TlsMode::kVerifyCa, certificates.Path("ca.pem"))));
  EXPECT_EQ(Open(endpoint, TlsMode::kVerifyFull, certificates.Path("ca.pem")).error().code(), kTlsFailed);
}

TEST(Tls, AServerWithoutItIsRefusedWhereItIsDemanded) {
  testing::MariadbServer server;
  const client::Endpoint endpoint = server.CaptureEndpoint();
  EXPECT_FALSE(IsEncrypted(Open(endpoint, TlsMode::kPrefer)));
  for (const TlsMode mode : {TlsMode::kRequire, TlsMode::kVerifyCa, TlsMode::kVerifyFull})
    EXPECT_EQ(Open(endpoint, mode).error().code(), kTlsFailed);
}

}  // namespace
}  // namespace renkei::sources::mysql
