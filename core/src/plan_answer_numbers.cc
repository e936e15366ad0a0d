#include "plan_answer_numbers.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "exclusions.h"
#include "left_out.h"
#include "source_state.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;

// What a store takes for each byte of encoded records when no scratch store
// was measured: names become columns, keys are indexed.
constexpr double kStoreBytesPerByte = 1.5;
// A store with its own tables and nothing in them.
constexpr uint64_t kEmptyStoreBytes = 128 << 10;

uint64_t Number(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_unsigned()
             ? found->get<uint64_t>()
             : 0;
}

std::string Text(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
}

const Json& List(const Json& json, const char* name) {
  static const Json kNone = Json::array();
  const auto found = json.find(name);
  return found != json.end() && found->is_array() ? *found : kNone;
}

// The table's rows are its sources' records, all of them and one for each.
bool TakesAll(const Plan& plan, const Table& table) {
  if (!table.each.empty() || !table.when.empty() || !table.when_sql.empty()) {
    return false;
  }
  return std::all_of(
      table.from.begin(), table.from.end(), [&](const Selection& from) {
        return from.match == Match::kAll &&
               std::none_of(plan.excluded.begin(), plan.excluded.end(),
                            [&](const Exclusion& excluded) {
                              return excluded.records.source == from.source;
                            });
      });
}

// Of the records that the host has, as many as the probe met in proportion.
uint64_t ExcludedOf(const SourceState& state, const Json& reported) {
  const uint64_t met = Number(reported, "excluded");
  const uint64_t read = Number(reported, "records") + met;
  if (read >= state.records) return std::min(met, state.records);
  return static_cast<uint64_t>(std::llround(static_cast<double>(met) *
                                            static_cast<double>(state.records) /
                                            static_cast<double>(read)));
}

void CountSources(const std::vector<SourceState>& states, const Plan& plan,
                  const Json& probe, AnswerNumbers* numbers) {
  const std::vector<bool> wanted = SourcesToRead(plan, states);
  const Json& reported = List(probe, "sources");
  double bytes = 0;
  bool are_bytes_known = true;
  for (size_t i = 0; i < states.size(); ++i) {
    AnswerNumbers::Source& source = numbers->sources.emplace_back();
    source.excluded = CountOf(states[i].left_out);
    if (!wanted[i]) {
      if (IsWhollyExcluded(plan.excluded, i)) {
        source.excluded += states[i].records;
      }
      continue;
    }
    const uint64_t excluded =
        i < reported.size() ? ExcludedOf(states[i], reported[i]) : 0;
    source.excluded += excluded;
    source.records = states[i].records - excluded;
    numbers->records += source.records;
    if (i < reported.size()) {
      source.tried = Number(reported[i], "records");
      source.unclaimed = Number(reported[i], "unclaimed");
      numbers->tried += source.tried;
      numbers->failed += Number(reported[i], "failed");
    }
    if (source.tried > 0) {
      source.bytes = static_cast<double>(Number(reported[i], "bytes")) /
                     static_cast<double>(source.tried) *
                     static_cast<double>(source.records);
      bytes += *source.bytes;
    } else if (source.records > 0) {
      are_bytes_known = false;
    }
  }
  if (are_bytes_known) numbers->bytes = bytes;
}

void CountTables(const Plan& plan, const Json& probe, AnswerNumbers* numbers) {
  const Json& reported = List(probe, "tables");
  uint64_t all_rows = 0;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const Table& table = plan.tables[i];
    AnswerNumbers::Table& counted = numbers->tables.emplace_back();
    std::vector<size_t> sources;
    for (const Selection& from : table.from) {
      if (std::find(sources.begin(), sources.end(), from.source) ==
          sources.end()) {
        sources.push_back(from.source);
      }
    }
    double records = 0, tried = 0, bytes = 0;
    bool are_bytes_known = true;
    for (const size_t each : sources) {
      const AnswerNumbers::Source& source = numbers->sources[each];
      records += static_cast<double>(source.records);
      tried += static_cast<double>(source.tried);
      bytes += source.bytes.value_or(0);
      if (source.records > 0 && !source.bytes) are_bytes_known = false;
    }
    const bool takes_all = TakesAll(plan, table);
    double taken = 1;  // of the sources' records
    if (takes_all || tried == 0 || i >= reported.size()) {
      counted.rows = static_cast<uint64_t>(records);
      counted.is_exact = takes_all || records == 0;
    } else {
      const auto rows =
          static_cast<double>(Number(reported[i], "expectedRows"));
      counted.rows =
          static_cast<uint64_t>(std::llround(rows * records / tried));
      counted.is_exact = tried >= records;
      if (table.each.empty()) taken = std::min(1.0, rows / tried);
    }
    if (are_bytes_known) counted.bytes = bytes * taken;
    all_rows += counted.rows;
  }
  for (AnswerNumbers::Table& table : numbers->tables) {
    if (all_rows == 0) break;
    table.share =
        static_cast<double>(table.rows) / static_cast<double>(all_rows);
  }
}

// The report lists the first failures; their reasons are told apart by table,
// code and path.
void ReadFailures(const Json& probe, AnswerNumbers* numbers) {
  for (const Json& entry : List(probe, "failed")) {
    AnswerNumbers::Failure failure{Text(entry, "table"), Text(entry, "code"),
                                   Text(entry, "path"), Text(entry, "message"),
                                   1};
    const auto same = std::find_if(
        numbers->failures.begin(), numbers->failures.end(),
        [&](const AnswerNumbers::Failure& other) {
          return other.table == failure.table && other.code == failure.code &&
                 other.path == failure.path;
        });
    if (same == numbers->failures.end()) {
      numbers->failures.push_back(std::move(failure));
    } else {
      ++same->count;
    }
  }
  for (const Json& entry : List(probe, "unsupported")) {
    numbers->unsupported.push_back(
        {Text(entry, "source"), Text(entry, "kind"), Number(entry, "count")});
  }
}

void Estimate(const HostFacts& facts, const Json& probe,
              AnswerNumbers* numbers) {
  uint64_t tried_bytes = 0;
  for (const Json& source : List(probe, "sources")) {
    tried_bytes += Number(source, "bytes");
  }
  if (numbers->records == 0) {
    numbers->ms = 0;
    numbers->space = kEmptyStoreBytes;
    return;
  }
  if (numbers->tried == 0) return;
  const double by_records = static_cast<double>(numbers->records) /
                            static_cast<double>(numbers->tried);
  const double factor = numbers->bytes && tried_bytes > 0
                            ? *numbers->bytes / static_cast<double>(tried_bytes)
                            : by_records;
  if (facts.probe_ms > 0) {
    numbers->ms = facts.probe_ms * std::max(1.0, factor);
    numbers->records_per_second = static_cast<uint64_t>(
        static_cast<double>(numbers->records) * 1000 / *numbers->ms);
  }
  const auto store = probe.find("store");
  const uint64_t scratch =
      store != probe.end() && store->is_object() ? Number(*store, "bytes") : 0;
  const double grown =
      scratch > kEmptyStoreBytes
          ? static_cast<double>(scratch - kEmptyStoreBytes) * factor
          : kStoreBytesPerByte * static_cast<double>(tried_bytes) * factor;
  numbers->space = kEmptyStoreBytes + static_cast<uint64_t>(grown);
}

}  // namespace

AnswerNumbers CountForAnswer(const Plan& plan,
                             const std::vector<SourceState>& sources,
                             const HostFacts& facts) {
  Json probe =
      Json::parse(facts.probe_report, nullptr, /*allow_exceptions=*/false);
  if (!probe.is_object()) probe = Json::object();
  AnswerNumbers numbers;
  CountSources(sources, plan, probe, &numbers);
  CountTables(plan, probe, &numbers);
  ReadFailures(probe, &numbers);
  Estimate(facts, probe, &numbers);
  return numbers;
}

}  // namespace ferrite::internal
