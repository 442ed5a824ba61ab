// Readings: what the configuration says about reading each column (zero_dates, invalid_text, charset,
// columns).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sources/mysql/config.h"
#include "sources/mysql/values/reading.h"

namespace renkei::sources::mysql {

// Immutable; threads may share it.
class Readings {
 public:
  Readings() = default;
  explicit Readings(const Options& options);

  // A column as the server describes it.
  struct Place {
    std::string_view table;  // "shop.orders"
    std::string_view column;
    std::string_view native;   // "varchar(20)"
    std::string_view charset;  // as declared
    bool in_key = false;
  };
  // The options that concern the column. Those of the whole source are left out where they do not fit: for
  // other types, and for keys, which must stay what they are. kCharsetDiffers where the configuration says
  // that the column is declared otherwise, kNotForKeys where it names a key column.
  Result<values::Reading> For(const Place& place) const;

 private:
  struct Named {
    std::string declared;
    values::Reading reading;
    bool invalid_text = false;  // said for this column
    bool zero_dates = false;
  };
  values::Reading all_;
  std::map<std::string, Named, std::less<>> named_;  // by "shop.orders.note"
};

}  // namespace renkei::sources::mysql
