#include "ferrite/differences.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "page.h"
#include "verification_run.h"

namespace ferrite {
namespace {

using internal::PageColumn;
using internal::PageFilter;
using internal::PageSort;
using internal::PageTable;
using Json = nlohmann::json;

constexpr PageColumn kColumns[] = {
    {"table", "table_name"},
    {"kind", "kind"},
    {"key", "key_text"},
    {"columns", "columns", PageColumn::Kind::kJson},
    {"sourceBytes", "source_bytes"},
    {"storeBytes", "store_bytes"},
    {"at", "at", PageColumn::Kind::kTime},
};

constexpr uint64_t kPiece = 1000;

constexpr std::string_view kKinds[] = {"missing", "different", "extra"};

constexpr PageFilter kFilters[] = {
    {"run", "run", PageFilter::Kind::kOneOf, PageFilter::Type::kInteger, {}},
    {"table",
     "table_name",
     PageFilter::Kind::kOneOf,
     PageFilter::Type::kText,
     {}},
    {"kind", "kind", PageFilter::Kind::kOneOf, PageFilter::Type::kText, kKinds},
    {"column",
     "columns",
     PageFilter::Kind::kMember,
     PageFilter::Type::kText,
     {}},
};

// hex() sorts as the bytes do, and has a place in the next request.
constexpr PageSort kSorts[] = {
    {"found", "id"},
    {"table", "table_name"},
    {"kind", "kind"},
    {"key", "hex(key)"},
    {"bytes", "abs(coalesce(store_bytes,0)-coalesce(source_bytes,0))"},
};

constexpr std::string_view kSearch[] = {"key_text"};

constexpr PageTable kTable = {
    "ferrite_difference", "id", kColumns, kFilters, kSorts, "found", kSearch};

}  // namespace

Result<std::string> ListDifferences(Store* store,
                                    std::string_view request_json) {
  Json request = Json::parse(request_json, nullptr, /*allow_exceptions=*/false);
  if (!request.is_object()) {
    return Error{ErrorCode::kInvalidArgument, "The request is no JSON object.",
                 "", ""};
  }
  Result<std::optional<internal::VerificationRun>> run =
      internal::EndedRun(store);
  if (!run.ok()) return std::move(run).error();
  // Ids count from 1.
  request["run"] = run->has_value() ? (*run)->id : 0;
  Result<std::string> page = internal::ReadPage(
      store, kTable,
      request.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (!page.ok()) return page;
  std::string about = "{\"compared\":false";
  if (run->has_value()) {
    about = "{\"compared\":true,\"status\":" + Json((*run)->status).dump() +
            ",\"finishedAt\":" + std::to_string(*(*run)->finished_at);
  }
  return about + "," + page->substr(1);
}

Result<bool> DifferenceExport::Next(std::string* text) {
  text->clear();
  if (is_done_) return false;
  // ListDifferences says what is wrong with what is no object.
  Json request = Json::parse(request_, nullptr, /*allow_exceptions=*/false);
  if (request.is_object()) {
    request["limit"] = kPiece;
    request.erase("offset");
    request.erase("after");
    if (!after_.empty()) request["after"] = Json::parse(after_);
  }
  Result<std::string> answer = ListDifferences(
      store_, request.is_discarded()
                  ? request_
                  : request.dump(-1, ' ', false,
                                 Json::error_handler_t::replace));
  if (!answer.ok()) return std::move(answer).error();
  const auto page = nlohmann::ordered_json::parse(*answer);
  is_done_ = !page.contains("next");
  if (page.contains("csv")) {
    *text = page["csv"].get<std::string>();
  } else {
    *text = after_.empty() ? "[" : "";
    bool is_first = after_.empty();
    for (const auto& row : page["rows"]) {
      *text += (is_first ? "\n" : ",\n") + row.dump();
      is_first = false;
    }
    if (is_done_) *text += "\n]\n";
  }
  after_ = is_done_ ? "" : page["next"].dump();
  return true;
}

}  // namespace ferrite
