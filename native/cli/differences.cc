// ferrite differences: what the last verification found, for people or for
// other programs.
#include "ferrite/differences.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/store.h"
#include "native/cli/open_store.h"
#include "native/cli/reports.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

std::string RequestOf(const DifferencesOptions& options) {
  Json request = Json::object();
  if (!options.tables.empty()) request["table"] = options.tables;
  if (!options.kinds.empty()) request["kind"] = options.kinds;
  if (!options.column.empty()) request["column"] = options.column;
  if (!options.search.empty()) request["search"] = options.search;
  if (!options.sort.empty()) request["sort"] = options.sort;
  request["limit"] = options.limit;
  request["offset"] = options.offset;
  if (options.csv) request["format"] = "csv";
  return request.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ColumnsText(const Json& columns) {
  std::string text;
  for (const auto& [name, values] : columns.items()) {
    text += (text.empty() ? "" : "; ") + name + ": " +
            values.value("source", "") + " → " + values.value("store", "");
  }
  return text;
}

std::string SizeText(const Json& row, const char* name) {
  return row.contains(name) ? ByteText(row[name].get<uint64_t>()) : "";
}

void PrintPage(const Json& page, const Console& console) {
  if (!page["compared"].get<bool>()) {
    return console.Line("No verification of this store has ended yet.");
  }
  const auto total = page["total"].get<uint64_t>();
  console.Line(Counted(total, "difference") +
               (total == page["rows"].size()
                    ? "."
                    : fmt::format(", {} of them here.", page["rows"].size())));
  if (page["rows"].empty()) return;
  TextTable table(console,
                  {"table", "key", "kind", "source", "store", "source → store"},
                  {Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight,
                   Align::kRight, Align::kLeft});
  for (const Json& row : page["rows"]) {
    table.Add({Printable(row.value("table", "")),
               Printable(row.value("key", "")), row.value("kind", ""),
               SizeText(row, "sourceBytes"), SizeText(row, "storeBytes"),
               Printable(ColumnsText(row["columns"]))});
  }
  table.Print();
}

// Hands every piece to `take`, which says whether it could.
template <typename Take>
Result<void> Export(Store* store, const std::string& request, Take take) {
  DifferenceExport pieces(store, request);
  std::string text;
  for (;;) {
    Result<bool> more = pieces.Next(&text);
    if (!more.ok()) return std::move(more).error();
    if (!*more) return {};
    if (!take(text)) {
      return Error{ErrorCode::kInvalidArgument, "The list cannot be written.",
                   "Check the path and the room on the disk.", ""};
    }
  }
}

}  // namespace

Result<int> ListDifferencesOf(const DifferencesOptions& options,
                              const Console& console) {
  if (options.csv && options.output.empty() && console.json) {
    return Error{ErrorCode::kInvalidArgument,
                 "--csv and --json exclude each other on stdout.",
                 "Give a file with -o.", ""};
  }
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kReading);
  if (!store.ok()) return std::move(store).error();
  const std::string request = RequestOf(options);
  if (!options.output.empty()) {
    std::ofstream file(options.output, std::ios::binary | std::ios::trunc);
    auto done = Export(store->get(), request, [&](const std::string& text) {
      file << text;
      return file.good();
    });
    if (!done.ok()) return done.error();
    file.close();
    if (!file.good()) {
      return Error{ErrorCode::kInvalidArgument,
                   options.output + " cannot be written.",
                   "Check the path and the room on the disk.", ""};
    }
    console.Document(Json{{"written", options.output}}.dump());
    console.Line("Wrote " + Printable(options.output) + ".");
    return 0;
  }
  if (options.csv) {
    auto done = Export(store->get(), request, [](const std::string& text) {
      return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    });
    if (!done.ok()) return done.error();
    return 0;
  }
  Result<std::string> answer = ListDifferences(store->get(), request);
  if (!answer.ok()) return std::move(answer).error();
  console.Document(*answer);
  if (!console.json) PrintPage(Json::parse(*answer), console);
  return 0;
}

}  // namespace ferrite
