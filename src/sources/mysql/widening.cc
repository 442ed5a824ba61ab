#include "sources/mysql/widening.h"

#include <algorithm>

#include "sources/mysql/values/column_type.h"

namespace renkei::sources::mysql {

namespace {

using values::ColumnType;
using values::Form;

// 1 TINYTEXT … 4 LONGTEXT; the same of blobs.
int SizeOfLob(const std::string& native) {
  if (native.starts_with("tiny")) return 1;
  if (native.starts_with("medium")) return 3;
  return native.starts_with("long") ? 4 : 2;
}

// Members are only appended; and never so that their list is read as another number of bytes by rows before.
bool Extends(const ColumnType& before, const ColumnType& after) {
  return after.members.size() >= before.members.size() &&
         std::equal(before.members.begin(), before.members.end(), after.members.begin());
}

bool Widens(const core::ColumnSchema& before, const ColumnType& a, const core::ColumnSchema& after,
            const ColumnType& b) {
  switch (a.form) {
    case Form::kTinyInt:
    case Form::kSmallInt:
    case Form::kMediumInt:
    case Form::kInt:
    case Form::kBigInt:
      return b.form >= a.form && b.form <= Form::kBigInt && a.is_unsigned == b.is_unsigned;
    case Form::kDecimal:
      return b.form == a.form && a.scale == b.scale && b.precision >= a.precision &&
             a.is_unsigned == b.is_unsigned && a.type.kind == b.type.kind;
    case Form::kChar:
    case Form::kVarChar:
    case Form::kVarBinary:
      return b.form == a.form && b.length >= a.length;
    case Form::kText:
    case Form::kBlob:
      return b.form == a.form && a.type == b.type &&
             SizeOfLob(after.native_type) >= SizeOfLob(before.native_type);
    case Form::kTime:
    case Form::kDateTime:
      return b.form == a.form && b.fraction_digits >= a.fraction_digits;
    case Form::kEnum:
    case Form::kSet:
      return b.form == a.form && Extends(a, b);
    default:
      return false;
  }
}

}  // namespace

bool KeepsValues(const core::ColumnSchema& before, const core::ColumnSchema& after, bool in_key) {
  if (before.charset != after.charset || before.reading != after.reading) return false;
  if (before.native_type == after.native_type && before.type == after.type)
    return !in_key || before.collation == after.collation;
  const ColumnType a = values::ColumnTypeOf(before);
  const ColumnType b = values::ColumnTypeOf(after);
  if (in_key && a.form > Form::kBigInt) return false;
  if (a.compressed || b.compressed || a.old_temporal || b.old_temporal) return false;
  return Widens(before, a, after, b);
}

}  // namespace renkei::sources::mysql
