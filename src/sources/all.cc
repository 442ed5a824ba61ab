#include "sources/all.h"

#include "base/check.h"
#include "sources/mysql/config.h"
#include "sources/mysql/source.h"
#include "sources/sqlserver/config.h"
#include "sources/sqlserver/source.h"

namespace renkei::sources {

namespace {

struct Kind {
  const char* type;
  const config::SectionInfo& (*section)();
  Result<std::unique_ptr<core::Source>> (*make)(const config::PluginSection&, const SourceContext&);
};

const config::SectionInfo& MysqlSection() { return mysql::OptionsSection(); }

Result<std::unique_ptr<core::Source>> MakeMysql(const config::PluginSection& section,
                                                const SourceContext& context) {
  ASSIGN_OR_RETURN(mysql::Options options, mysql::OptionsSection().Read(section));
  return std::unique_ptr<core::Source>(
      std::make_unique<mysql::MysqlSource>(std::move(options), context.clock));
}

const config::SectionInfo& SqlServerSection() { return sqlserver::OptionsSection(); }

Result<std::unique_ptr<core::Source>> MakeSqlServer(const config::PluginSection& section,
                                                    const SourceContext& context) {
  ASSIGN_OR_RETURN(sqlserver::Options options, sqlserver::OptionsSection().Read(section));
  return std::unique_ptr<core::Source>(
      std::make_unique<sqlserver::SqlServerSource>(std::move(options), context.clock));
}

constexpr Kind kKinds[] = {
    {"mysql", MysqlSection, MakeMysql},
    {"mariadb", MysqlSection, MakeMysql},
    {"sqlserver", SqlServerSection, MakeSqlServer},
};

}  // namespace

std::vector<config::PluginKind> SourceKinds() {
  std::vector<config::PluginKind> kinds;
  for (const Kind& kind : kKinds) kinds.push_back({kind.type, &kind.section()});
  return kinds;
}

Result<std::unique_ptr<core::Source>> MakeSource(const config::PluginSection& section,
                                                 const SourceContext& context) {
  for (const Kind& kind : kKinds) {
    if (section.type == kind.type) return kind.make(section, context);
  }
  base::CheckFailed(__FILE__, __LINE__, "a source of this type", section.type);
}

}  // namespace renkei::sources
