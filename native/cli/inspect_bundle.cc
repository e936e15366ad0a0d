#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "ferrite/bundle.h"
#include "native/cli/inspect.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

constexpr std::string_view StatusText(SourceState::Status status) {
  switch (status) {
    case SourceState::Status::kReady:
      return "ready";
    case SourceState::Status::kEmpty:
      return "empty";
    case SourceState::Status::kAbsent:
      return "absent";
    case SourceState::Status::kBlocked:
      return "blocked";
    case SourceState::Status::kUnreadable:
      return "unreadable";
  }
  return "";
}

Json Parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? Json(text) : json;
}

// Facts of a source as a person reads them: keyPath "id", version 10.
std::string Facts(const Json& info) {
  std::string facts;
  if (!info.is_object()) return facts;
  for (const auto& [name, value] : info.items()) {
    if (!value.is_primitive() || value.is_null()) continue;
    facts +=
        fmt::format("{}{} {}", facts.empty() ? "" : ", ", name,
                    value.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return facts;
}

// What a snapshot says of one database: name, version, stores with what
// IndexedDB gives their records.
std::string DatabaseLine(const Json& row) {
  const auto text = [](const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  std::string line = "Database " + text(row["database"]);
  if (row.contains("absent")) return line + " was absent.";
  line += " has version " + text(row.value("version", Json())) + " and ";
  const Json stores = row.value("stores", Json::array());
  line += Counted(stores.size(), "store");
  for (const Json& store : stores) {
    line += fmt::format("{} {} (", &store == &stores.front() ? ":" : ",",
                        text(store.value("name", Json())));
    line += Counted(store.value("indexes", Json::array()).size(), "index");
    if (store.contains("keyGenerator")) {
      line += ", next key " + text(store["keyGenerator"]);
    }
    line += ")";
  }
  return line + ".";
}

std::string Keys(const LeftOut& left_out) {
  switch (left_out.match) {
    case Match::kAll:
      return "all of it";
    case Match::kKey:
      return "the key " + left_out.text;
    case Match::kPrefix:
      return "keys that begin with " + left_out.text;
    case Match::kPattern:
      break;
  }
  return "keys like " + left_out.text;
}

}  // namespace

Result<int> InspectBundle(const std::string& path, const std::string& plain,
                          const Console& console) {
  Result<std::unique_ptr<BundleReader>> bundle = BundleReader::Open(plain);
  if (!bundle.ok()) return std::move(bundle).error();
  Result<std::unique_ptr<SqliteFile>> file = SqliteFile::Open(plain);
  if (!file.ok()) return std::move(file).error();

  // In the order of bundle_source.id, as sources() is.
  std::vector<uint64_t> bytes;
  auto summed = (*file)->Query(
      "SELECT (SELECT coalesce(sum(length(key) + length(value)), 0) FROM "
      "bundle_record WHERE source = id) FROM bundle_source ORDER BY id",
      [&](const SqliteFile::Row& row) {
        bytes.push_back(static_cast<uint64_t>(row.Integer(0)));
      });
  if (!summed.ok()) return summed.error();
  std::map<std::string, std::string> meta;
  auto read = (*file)->Query(
      "SELECT key, value FROM bundle_meta",
      [&](const SqliteFile::Row& row) { meta[row.Text(0)] = row.Text(1); });
  if (!read.ok()) return read.error();

  const auto left_out_of = [](const SourceState& state) {
    Json list = Json::array();
    for (const LeftOut& each : state.left_out) {
      list.push_back({{"keys", Keys(each)},
                      {"reason", each.reason},
                      {"records", each.records}});
    }
    return list;
  };
  Json structure = Json::array();
  for (const std::string& row : (*bundle)->structure()) {
    structure.push_back(Parsed(row));
  }
  Json sources = Json::array();
  TextTable table(
      console, {"source", "status", "records", "bytes", "facts"},
      {Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kLeft});
  uint64_t records = 0;
  uint64_t total_bytes = 0;
  for (size_t i = 0; i < (*bundle)->sources().size(); ++i) {
    const SourceState& state = (*bundle)->sources()[i];
    const uint64_t size = i < bytes.size() ? bytes[i] : 0;
    const Json info = Parsed(state.info);
    records += state.records;
    total_bytes += size;
    sources.push_back({{"source", Parsed(state.source.ToJson())},
                       {"label", state.source.Label()},
                       {"status", StatusText(state.status)},
                       {"records", state.records},
                       {"bytes", size},
                       {"excluded", left_out_of(state)},
                       {"info", info}});
    table.Add({Printable(state.source.Label()),
               std::string(StatusText(state.status)), Grouped(state.records),
               ByteText(size), Printable(Facts(info))});
  }
  const Json document = {
      {"kind", "bundle"},
      {"file", path},
      {"bytes", FileSize(path)},
      {"createdAt", Parsed(meta["created_at"])},
      {"hash", meta["hash"]},
      {"isSnapshot", !structure.empty()},
      {"structure", structure},
      {"sources", sources},
      {"totals", {{"records", records}, {"bytes", total_bytes}}}};
  console.Document(
      document.dump(-1, ' ', false, Json::error_handler_t::replace));

  console.Line(fmt::format(
      "{} is a {}, {}, complete.", Printable(path),
      console.Paint(Tone::kBold, structure.empty() ? "bundle" : "snapshot"),
      ByteText(FileSize(path))));
  console.Line();
  table.Print();
  console.Line();
  for (const SourceState& state : (*bundle)->sources()) {
    for (const LeftOut& each : state.left_out) {
      console.Line(fmt::format("Left out of {}: {}, {} ({}).",
                               Printable(state.source.Label()),
                               Counted(each.records, "record"),
                               Printable(Keys(each)), Printable(each.reason)));
    }
  }
  for (const Json& row : structure) {
    if (row.is_object() && row.contains("database")) {
      console.Line(Printable(DatabaseLine(row)));
    } else if (row.is_string()) {
      // With a name that is no Unicode text.
      console.Line("Database " + Printable(row.get<std::string>()));
    }
  }
  console.Line(fmt::format("{} of {} in {}.", Counted(records, "record"),
                           ByteText(total_bytes),
                           Counted(sources.size(), "source")));
  if (document["createdAt"].is_number()) {
    console.Line("Made " + TimeText(document["createdAt"].get<int64_t>()) +
                 ".");
  }
  if (!meta["hash"].empty()) console.Line("Content hash " + meta["hash"] + ".");
  return 0;
}

}  // namespace ferrite
