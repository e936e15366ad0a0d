// PageRequest: what ReadPage was asked for, checked and made into SQL.
#ifndef FERRITE_CORE_SRC_PAGE_REQUEST_H_
#define FERRITE_CORE_SRC_PAGE_REQUEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "page.h"

namespace ferrite::internal {

struct PageValue {
  bool is_text = false;
  int64_t integer = 0;
  std::string text;

  // Views this.
  Cell cell() const {
    return is_text ? Cell::Text(text) : Cell::Integer(integer);
  }
};

struct PageRequest {
  std::string where;  // " WHERE …" of filters and search, or empty
  std::vector<PageValue> values;  // its ?1, ?2 …
  std::string sort;               // as asked for, "-at"
  std::string sort_sql;
  bool is_descending = false;
  uint64_t limit = 100;
  uint64_t offset = 0;
  bool is_csv = false;
  bool has_after = false;
  std::vector<PageValue> after;  // the sort's value and the key's

  static Result<PageRequest> Parse(const PageTable& table,
                                   std::string_view json);

  // Of one row more than the limit, so that it shows whether there are more.
  // Its last columns are the sort's value and the key's.
  std::string SelectSql(const PageTable& table) const;
  std::string CountSql(const PageTable& table) const;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PAGE_REQUEST_H_
