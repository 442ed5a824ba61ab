#include "sources/mysql/readings.h"

#include "sources/mysql/codes.h"
#include "sources/mysql/values/column_type.h"

namespace renkei::sources::mysql {

namespace {

using values::Reading;

bool Fits(const Readings::Place& place, const Reading& reading) {
  return values::ParseColumnType(place.native, place.charset, false, reading).has_value();
}

// What of the whole source's options fits the column.
Reading Fitting(const Readings::Place& place, const Reading& all) {
  Reading fitting;
  if (place.in_key) return fitting;
  if (const Reading text{.invalid_text = all.invalid_text}; Fits(place, text))
    fitting.invalid_text = text.invalid_text;
  if (const Reading dates{.zero_dates = all.zero_dates}; Fits(place, dates))
    fitting.zero_dates = dates.zero_dates;
  return fitting;
}

}  // namespace

Readings::Readings(const Options& options)
    : all_{.invalid_text = options.invalid_text, .zero_dates = options.zero_dates} {
  for (const auto& [column, charset] : options.charset) {
    Named& named = named_[column];
    named.declared = charset.declared;
    named.reading.charset = charset.actual;
  }
  for (const auto& [column, policy] : options.columns) {
    Named& named = named_[column];
    named.invalid_text = policy.invalid_text.has_value();
    named.zero_dates = policy.zero_dates.has_value();
    named.reading.invalid_text = policy.invalid_text.value_or(values::TextPolicy::kRefuse);
    named.reading.zero_dates = policy.zero_dates.value_or(values::ZeroDates::kRefuse);
  }
}

Result<Reading> Readings::For(const Place& place) const {
  Reading reading = Fitting(place, all_);
  const std::string name = std::string(place.table) + "." + std::string(place.column);
  const auto found = named_.find(name);
  if (found == named_.end()) return reading;
  const Named& named = found->second;
  if (!named.declared.empty() && values::FindCharset(named.declared) != values::FindCharset(place.charset)) {
    return Error(kCharsetDiffers,
                 {{"column", name}, {"declared", named.declared}, {"found", std::string(place.charset)}});
  }
  if (place.in_key && named.reading != Reading()) return Error(kNotForKeys, {{"column", name}});
  if (!named.reading.charset.empty()) reading.charset = named.reading.charset;
  if (named.invalid_text) reading.invalid_text = named.reading.invalid_text;
  if (named.zero_dates) reading.zero_dates = named.reading.zero_dates;
  if (!Fits(place, reading)) {
    return Error(
        kReadingDoesNotFit,
        {{"column", name}, {"type", std::string(place.native)}, {"reading", values::EncodeReading(reading)}});
  }
  return reading;
}

}  // namespace renkei::sources::mysql
