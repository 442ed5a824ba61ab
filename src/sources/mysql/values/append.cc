#include "sources/mysql/values/append.h"

#include "sources/mysql/values/geometry.h"

namespace renkei::sources::mysql::values {

namespace {

// A date that is none, under the policy for those.
bool AppendNoDate(const ColumnType& type, core::ColumnBuilder& out) {
  if (type.zero_dates != ZeroDates::kNull) return false;
  out.Null();
  return true;
}

}  // namespace

bool AppendDate(const ColumnType& type, const DateTime& date, core::ColumnBuilder& out) {
  if (type.zero_dates == ZeroDates::kText) {
    out.Varying(ShowDate(date));
    return true;
  }
  const auto days = DaysOf(date.year, date.month, date.day);
  if (!days) return AppendNoDate(type, out);
  out.Fixed(*days);
  return true;
}

bool AppendDateTime(const ColumnType& type, const DateTime& time, core::ColumnBuilder& out) {
  if (type.zero_dates == ZeroDates::kText) {
    out.Varying(ShowDateTime(time, type.fraction_digits));
    return true;
  }
  const auto micros = MicrosOf(time);
  if (!micros) return AppendNoDate(type, out);
  out.Fixed(*micros);
  return true;
}

bool AppendString(const ColumnType& type, std::string_view bytes, core::ColumnBuilder& out) {
  std::string scratch;
  std::string_view text;
  if (!ToUtf8(type.charset, bytes, scratch, text, type.invalid_text)) return false;
  out.Varying(text);
  return true;
}

bool AppendGeometry(std::string_view stored, core::ColumnBuilder& out) {
  std::string ewkb;
  if (!ToEwkb(stored, ewkb)) return false;
  out.Varying(ewkb);
  return true;
}

bool AppendVector(std::string_view stored, core::ColumnBuilder& out) {
  if (stored.size() % sizeof(float) != 0) return false;
  out.Varying(stored);
  return true;
}

}  // namespace renkei::sources::mysql::values
