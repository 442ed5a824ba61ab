// Dates and times. `big` and the fraction are as in row_cells.cc; MariaDB's own storage, which columns keep
// that were made with mysql56_temporal_format=OFF, is
//
//   time      := int24 of HHMMSS                     | with fractions big: units since -838:59:60
//   datetime  := u64 of YYYYMMDDHHMMSS               | with fractions big: units, months of 32 days, years of
//   13 timestamp := u32 seconds                         | with fractions big u32 seconds, big units
//
// where a unit is 10^-digits of a second.
#include "sources/mysql/binlog/cells.h"
#include "sources/mysql/values/append.h"
#include "sources/mysql/values/temporal.h"

namespace renkei::sources::mysql::binlog {

namespace {

using core::ColumnBuilder;
using values::ColumnType;
using values::DateTime;
using values::Form;

constexpr int64_t kSecond_us = 1'000'000;

Outcome Appended(bool appended) { return appended ? Outcome::kOk : Outcome::kUnreadable; }

uint64_t Take(const ColumnPlan& plan, Cursor& cursor, uint64_t (*read)(const uint8_t*, size_t)) {
  const uint64_t value = read(cursor.at, plan.width);
  cursor.at += plan.width;
  return value;
}

Outcome DecodeDate(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < 3) return Outcome::kTruncated;
  const auto packed = static_cast<uint32_t>(LittleEndian(cursor.at, 3));
  cursor.at += 3;
  return Appended(values::AppendDate(
      plan.type, {.year = packed >> 9, .month = packed >> 5 & 0x0F, .day = packed & 0x1F}, out));
}

uint32_t FractionMicros(const uint8_t* at, uint8_t bytes) {
  static constexpr uint32_t kUnit[] = {0, 10'000, 100, 1};
  return static_cast<uint32_t>(BigEndian(at, bytes)) * kUnit[bytes];
}

Outcome DecodeTime(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  // Whole and fraction together are one number around an offset, so that a negative time borrows rightly.
  const uint32_t fraction_bits = plan.fraction_bytes * 8u;
  int64_t packed = static_cast<int64_t>(BigEndian(cursor.at, plan.width));
  packed -= int64_t{0x800000} << fraction_bits;
  cursor.at += plan.width;
  const bool negative = packed < 0;
  if (negative) packed = -packed;
  const auto whole = static_cast<uint32_t>(packed >> fraction_bits);
  static constexpr uint32_t kUnit[] = {0, 10'000, 100, 1};
  const int64_t fraction = (packed & ((int64_t{1} << fraction_bits) - 1)) * kUnit[plan.fraction_bytes];
  const uint32_t hour = whole >> 12 & 0x3FF;
  const uint32_t minute = whole >> 6 & 0x3F;
  const uint32_t second = whole & 0x3F;
  if (minute > 59 || second > 59 || fraction > 999'999) return Outcome::kUnreadable;
  const int64_t micros = (int64_t{hour} * 3600 + minute * 60 + second) * 1'000'000 + fraction;
  out.Fixed(negative ? -micros : micros);
  return Outcome::kOk;
}

Outcome DecodeDateTime(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const uint64_t packed = BigEndian(cursor.at, 5);
  const uint32_t fraction = FractionMicros(cursor.at + 5, plan.fraction_bytes);
  cursor.at += plan.width;
  if (packed < 0x8000000000u) return Outcome::kUnreadable;
  const uint64_t whole = packed - 0x8000000000u;
  const auto months = static_cast<uint32_t>(whole >> 22);
  const DateTime time{.year = months / 13,
                      .month = months % 13,
                      .day = static_cast<uint32_t>(whole >> 17 & 0x1F),
                      .hour = static_cast<uint32_t>(whole >> 12 & 0x1F),
                      .minute = static_cast<uint32_t>(whole >> 6 & 0x3F),
                      .second = static_cast<uint32_t>(whole & 0x3F),
                      .microsecond = fraction};
  return Appended(values::AppendDateTime(plan.type, time, out));
}

// Second 0 is MySQL's '0000-00-00 00:00:00', which is no time.
Outcome AppendInstant(const ColumnPlan& plan, int64_t seconds, int64_t fraction, ColumnBuilder& out) {
  if (fraction >= kSecond_us) return Outcome::kUnreadable;
  if (seconds == 0 && fraction == 0) return Appended(values::AppendDateTime(plan.type, DateTime{}, out));
  const int64_t micros = seconds * kSecond_us + fraction;
  if (plan.type.zero_dates == values::ZeroDates::kText)
    return Appended(values::AppendDateTime(plan.type, values::DateTimeOf(micros), out));
  out.Fixed(micros);
  return Outcome::kOk;
}

Outcome DecodeTimestamp(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const auto seconds = static_cast<int64_t>(BigEndian(cursor.at, 4));
  const uint32_t fraction = FractionMicros(cursor.at + 4, plan.fraction_bytes);
  cursor.at += plan.width;
  return AppendInstant(plan, seconds, fraction, out);
}

// Microseconds in a unit of the column's fraction.
int64_t UnitMicros(const ColumnPlan& plan) {
  int64_t unit = kSecond_us;
  for (uint8_t digit = 0; digit < plan.type.fraction_digits; ++digit) unit /= 10;
  return unit;
}

Outcome DecodeOldTime(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  auto digits = static_cast<int32_t>(Take(plan, cursor, LittleEndian));
  if ((digits & 0x800000) != 0) digits -= 0x1000000;
  const int64_t whole = digits < 0 ? -int64_t{digits} : digits;
  const int64_t seconds = whole / 10'000 * 3600 + whole / 100 % 100 * 60 + whole % 100;
  out.Fixed((digits < 0 ? -seconds : seconds) * kSecond_us);
  return Outcome::kOk;
}

Outcome DecodeOldTimeOfUnits(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  constexpr int64_t kZero_s = 838 * 3600 + 59 * 60 + 60;
  const auto units = static_cast<int64_t>(Take(plan, cursor, BigEndian));
  out.Fixed(units * UnitMicros(plan) - kZero_s * kSecond_us);
  return Outcome::kOk;
}

Outcome DecodeOldDateTime(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const uint64_t digits = Take(plan, cursor, LittleEndian);
  const auto date = static_cast<uint32_t>(digits / 1'000'000);
  const auto clock = static_cast<uint32_t>(digits % 1'000'000);
  const DateTime time{.year = date / 10'000,
                      .month = date / 100 % 100,
                      .day = date % 100,
                      .hour = clock / 10'000,
                      .minute = clock / 100 % 100,
                      .second = clock % 100};
  return Appended(values::AppendDateTime(plan.type, time, out));
}

Outcome DecodeOldDateTimeOfUnits(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  auto left = Take(plan, cursor, BigEndian) * static_cast<uint64_t>(UnitMicros(plan));
  const auto take = [&left](uint32_t radix) {
    const auto part = static_cast<uint32_t>(left % radix);
    left /= radix;
    return part;
  };
  DateTime time;
  time.microsecond = take(1'000'000);
  time.second = take(60);
  time.minute = take(60);
  time.hour = take(24);
  time.day = take(32);
  time.month = take(13);
  time.year = static_cast<uint32_t>(left);
  return Appended(values::AppendDateTime(plan.type, time, out));
}

Outcome DecodeOldTimestamp(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  return AppendInstant(plan, static_cast<int64_t>(Take(plan, cursor, LittleEndian)), 0, out);
}

Outcome DecodeOldTimestampOfUnits(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const auto seconds = static_cast<int64_t>(BigEndian(cursor.at, 4));
  const auto units = static_cast<int64_t>(BigEndian(cursor.at + 4, plan.width - 4));
  cursor.at += plan.width;
  return AppendInstant(plan, seconds, units * UnitMicros(plan), out);
}

ColumnPlan PlanOld(const ColumnType& type) {
  static constexpr uint8_t kTimeBytes[] = {3, 4, 4, 5, 5, 5, 6};
  static constexpr uint8_t kDateTimeBytes[] = {8, 6, 6, 7, 7, 7, 8};
  static constexpr uint8_t kTimestampBytes[] = {4, 5, 5, 6, 6, 7, 7};
  const uint8_t digits = type.fraction_digits;
  if (type.form == Form::kTime)
    return PlanFixed(digits == 0 ? DecodeOldTime : DecodeOldTimeOfUnits, kTimeBytes[digits], type);
  if (type.form == Form::kDateTime)
    return PlanFixed(digits == 0 ? DecodeOldDateTime : DecodeOldDateTimeOfUnits, kDateTimeBytes[digits],
                     type);
  return PlanFixed(digits == 0 ? DecodeOldTimestamp : DecodeOldTimestampOfUnits, kTimestampBytes[digits],
                   type);
}

ColumnPlan PlanWithFraction(DecodeCell decode, uint32_t whole_bytes, const ColumnType& type) {
  const auto fraction_bytes = static_cast<uint8_t>((type.fraction_digits + 1) / 2);
  ColumnPlan plan = PlanFixed(decode, whole_bytes + fraction_bytes, type);
  plan.fraction_bytes = fraction_bytes;
  return plan;
}

}  // namespace

ColumnPlan PlanTemporal(const ColumnType& type) {
  if (type.form == Form::kDate) return PlanFixed(DecodeDate, 3, type);
  if (type.old_temporal) return PlanOld(type);
  if (type.form == Form::kTime) return PlanWithFraction(DecodeTime, 3, type);
  if (type.form == Form::kDateTime) return PlanWithFraction(DecodeDateTime, 5, type);
  return PlanWithFraction(DecodeTimestamp, 4, type);
}

}  // namespace renkei::sources::mysql::binlog
