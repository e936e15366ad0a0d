#include "page_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "iso_time.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kMaxLimit = 1000;
constexpr size_t kMaxSearch = 1000;
constexpr size_t kMaxValues = 1000;
constexpr std::string_view kCommon[] = {"search", "sort",  "limit",
                                        "offset", "after", "format"};

Error Wrong(std::string_view member, std::string message,
            std::string hint = "") {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint),
          member.empty() ? "" : "/" + std::string(member)};
}

std::string WithBackslashes(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

class Parser {
 public:
  Parser(const PageTable& table, PageRequest* request)
      : table_(table), request_(request) {}

  Result<void> Parse(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
      return Wrong("", "The request is no JSON object.");
    }
    sort_ = table_.sort;
    for (const auto& [name, value] : json.items()) {
      if (value.is_null()) continue;
      if (auto taken = Take(name, value); !taken.ok()) return taken;
    }
    return Finish(json);
  }

 private:
  Result<void> Take(const std::string& name, const Json& value) {
    const auto filter = std::find_if(
        table_.filters.begin(), table_.filters.end(),
        [&](const PageFilter& known) { return known.name == name; });
    if (filter != table_.filters.end()) return TakeFilter(*filter, value);
    if (name == "search") return TakeSearch(value);
    if (name == "limit") return TakeCount(name, value, 1, &request_->limit);
    if (name == "offset") return TakeCount(name, value, 0, &request_->offset);
    if (name == "sort") return TakeText(name, value, &sort_);
    if (name == "format") return TakeFormat(value);
    if (name == "after") return {};  // once the order is known
    return UnknownName(name);
  }

  Error UnknownName(const std::string& name) const {
    std::vector<std::string_view> known;
    for (const PageFilter& filter : table_.filters) {
      known.push_back(filter.name);
    }
    known.insert(known.end(), std::begin(kCommon), std::end(kCommon));
    return Wrong(name, "There is no filter " + Quoted(name) + ".",
                 SuggestHint(name, known));
  }

  Result<void> TakeText(std::string_view name, const Json& value,
                        std::string* text) const {
    if (!value.is_string()) {
      return Wrong(name, Quoted(name) + " is no text.");
    }
    *text = value.get<std::string>();
    return {};
  }

  Result<void> TakeCount(std::string_view name, const Json& value,
                         uint64_t least, uint64_t* count) const {
    const bool is_limit = name == "limit";
    if (value.is_number_unsigned() && value.get<uint64_t>() >= least &&
        value.get<uint64_t>() <= (is_limit ? kMaxLimit : uint64_t{INT64_MAX})) {
      *count = value.get<uint64_t>();
      return {};
    }
    return Wrong(name, Quoted(name) +
                           (is_limit ? " is no number from 1 to " +
                                           std::to_string(kMaxLimit)
                                     : " is no count of rows") +
                           ".");
  }

  Result<void> TakeFormat(const Json& value) {
    static constexpr std::string_view kFormats[] = {"json", "csv"};
    std::string format;
    if (auto text = TakeText("format", value, &format); !text.ok()) return text;
    if (format != "json" && format != "csv") {
      return Wrong("format", "There is no format " + Quoted(format) + ".",
                   SuggestHint(format, kFormats));
    }
    request_->is_csv = format == "csv";
    return {};
  }

  Result<void> TakeSearch(const Json& value) {
    std::string text;
    if (auto taken = TakeText("search", value, &text); !taken.ok()) {
      return taken;
    }
    if (table_.search.empty()) {
      return Wrong("search", "These rows cannot be searched.");
    }
    if (text.size() > kMaxSearch) {
      return Wrong("search", "The text to search for is over 1000 bytes.");
    }
    if (text.empty()) return {};
    request_->values.push_back({true, 0, "%" + WithBackslashes(text) + "%"});
    const std::string parameter = "?" + std::to_string(request_->values.size());
    std::string condition;
    for (const std::string_view sql : table_.search) {
      condition += condition.empty() ? "" : " OR ";
      condition += std::string(sql) + " LIKE " + parameter + " ESCAPE '\\'";
    }
    AddCondition("(" + condition + ")");
    return {};
  }

  Result<PageValue> ToValue(const PageFilter& filter, const Json& value) const {
    const bool is_range = filter.kind == PageFilter::Kind::kFrom ||
                          filter.kind == PageFilter::Kind::kBefore;
    if (is_range && value.is_string()) {
      const auto time = ParseIsoTime(value.get_ref<const std::string&>());
      if (time && (time->has_zone || !time->has_time)) {
        return PageValue{false, static_cast<int64_t>(time->milliseconds), ""};
      }
    }
    if (filter.type == PageFilter::Type::kInteger) {
      const bool is_too_large = value.is_number_unsigned() &&
                                value.get<uint64_t>() > uint64_t{INT64_MAX};
      if (!value.is_number_integer() || is_too_large) {
        return Wrong(filter.name, Quoted(filter.name) + " is no integer.");
      }
      return PageValue{false, value.get<int64_t>(), ""};
    }
    if (!value.is_string()) {
      return Wrong(filter.name, Quoted(filter.name) + " is no text.");
    }
    std::string text = value.get<std::string>();
    if (!filter.allowed.empty() &&
        std::find(filter.allowed.begin(), filter.allowed.end(), text) ==
            filter.allowed.end()) {
      return Wrong(filter.name,
                   Quoted(filter.name) + " cannot be " + Quoted(text) + ".",
                   SuggestHint(text, filter.allowed));
    }
    return PageValue{true, 0, std::move(text)};
  }

  Result<void> TakeFilter(const PageFilter& filter, const Json& value) {
    if (filter.kind == PageFilter::Kind::kOneOf && value.is_array()) {
      if (value.size() > kMaxValues) {
        return Wrong(filter.name, Quoted(filter.name) + " has " +
                                      std::to_string(value.size()) +
                                      " values; at most 1000 are allowed.");
      }
      std::vector<PageValue> values;
      for (const Json& item : value) {
        Result<PageValue> one = ToValue(filter, item);
        if (!one.ok()) return std::move(one).error();
        values.push_back(std::move(one).value());
      }
      AddOneOf(filter.sql, std::move(values));
      return {};
    }
    Result<PageValue> one = ToValue(filter, value);
    if (!one.ok()) return std::move(one).error();
    switch (filter.kind) {
      case PageFilter::Kind::kOneOf:
        return AddComparison(filter.sql, "=", *one);
      case PageFilter::Kind::kFrom:
        return AddComparison(filter.sql, ">=", *one);
      case PageFilter::Kind::kBefore:
        return AddComparison(filter.sql, "<", *one);
      case PageFilter::Kind::kMember:
        request_->values.push_back(*one);
        AddCondition("EXISTS(SELECT 1 FROM json_each(" +
                     std::string(filter.sql) + ") WHERE key=?" +
                     std::to_string(request_->values.size()) + ")");
        return {};
      case PageFilter::Kind::kAtLeast:
        break;
    }
    std::vector<PageValue> values;
    const auto begin =
        std::find(filter.allowed.begin(), filter.allowed.end(), one->text);
    for (auto at = begin; at != filter.allowed.end(); ++at) {
      values.push_back({true, 0, std::string(*at)});
    }
    AddOneOf(filter.sql, std::move(values));
    return {};
  }

  Result<void> AddComparison(std::string_view sql, const char* sign,
                             PageValue value) {
    request_->values.push_back(std::move(value));
    AddCondition(std::string(sql) + sign + "?" +
                 std::to_string(request_->values.size()));
    return {};
  }

  void AddOneOf(std::string_view sql, std::vector<PageValue> values) {
    std::string list;
    for (PageValue& value : values) {
      request_->values.push_back(std::move(value));
      list +=
          (list.empty() ? "?" : ",?") + std::to_string(request_->values.size());
    }
    AddCondition(std::string(sql) + " IN (" + list + ")");
  }

  void AddCondition(const std::string& condition) {
    request_->where += (request_->where.empty() ? " WHERE " : " AND ");
    request_->where += condition;
  }

  Result<void> Finish(const Json& json) {
    std::string_view name = sort_;
    request_->is_descending = !name.empty() && name[0] == '-';
    if (request_->is_descending) name.remove_prefix(1);
    std::vector<std::string_view> known;
    for (const PageSort& sort : table_.sorts) {
      if (sort.name == name) request_->sort_sql = sort.sql;
      known.push_back(sort.name);
    }
    if (request_->sort_sql.empty()) {
      return Wrong("sort", "There is no order " + Quoted(name) + ".",
                   SuggestHint(name, known));
    }
    request_->sort = sort_;
    const auto after = json.find("after");
    if (after == json.end() || after->is_null()) return {};
    if (request_->offset != 0) {
      return Wrong("after", "\"offset\" and \"after\" exclude each other.");
    }
    return TakeAfter(*after);
  }

  Result<void> TakeAfter(const Json& after) {
    const bool is_place =
        after.is_array() && after.size() == 3 && after[0] == request_->sort &&
        (after[1].is_number_integer() || after[1].is_string()) &&
        after[2].is_number_integer();
    if (!is_place) {
      return Wrong("after", "This is no place in this order.",
                   "Give the \"next\" of the page before, and the same "
                   "\"sort\".");
    }
    PageValue value;
    value.is_text = after[1].is_string();
    if (value.is_text) {
      value.text = after[1].get<std::string>();
    } else {
      value.integer = after[1].get<int64_t>();
    }
    request_->after = {std::move(value),
                       PageValue{false, after[2].get<int64_t>(), ""}};
    request_->has_after = true;
    return {};
  }

  const PageTable& table_;
  PageRequest* request_;
  std::string sort_;
};

}  // namespace

Result<PageRequest> PageRequest::Parse(const PageTable& table,
                                       std::string_view json) {
  PageRequest request;
  Result<void> parsed = Parser(table, &request).Parse(json);
  if (!parsed.ok()) return std::move(parsed).error();
  return request;
}

std::string PageRequest::SelectSql(const PageTable& table) const {
  const std::string key(table.key);
  const bool is_by_key = sort_sql == key;
  std::string sql = "SELECT ";
  for (const PageColumn& column : table.columns) {
    sql += std::string(column.sql) + ",";
  }
  sql += sort_sql + "," + key + " FROM " + std::string(table.name) + where;
  if (has_after) {
    const std::string first = "?" + std::to_string(values.size() + 1);
    const std::string second = "?" + std::to_string(values.size() + 2);
    const char* sign = is_descending ? "<" : ">";
    sql += where.empty() ? " WHERE " : " AND ";
    sql += is_by_key ? key + sign + second
                     : "(" + sort_sql + "," + key + ")" + sign + "(" + first +
                           "," + second + ")";
  }
  const std::string way = is_descending ? " DESC" : "";
  sql += " ORDER BY " + (is_by_key ? "" : sort_sql + way + ",") + key + way;
  return sql + " LIMIT " + std::to_string(limit + 1) + " OFFSET " +
         std::to_string(offset);
}

std::string PageRequest::CountSql(const PageTable& table) const {
  return "SELECT count(*) FROM " + std::string(table.name) + where;
}

}  // namespace ferrite::internal
