#include "cli/sql.h"

namespace renkei::cli {

int Sql(Invocation&, const SqlOptions&) { return static_cast<int>(telemetry::Exit::kWrongInput); }

}  // namespace renkei::cli
