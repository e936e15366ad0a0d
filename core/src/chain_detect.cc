// Which version's app wrote the legacy data that is there.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "batch_reader.h"
#include "exclusions.h"
#include "ferrite/chain.h"
#include "left_out.h"
#include "selection.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

using Json = nlohmann::ordered_json;
using Status = SourceState::Status;

constexpr uint32_t kBatchBytes = 1 << 20;

// Chain::Parse has taken the plans.
std::optional<Plan> PlanOf(const ChainVersion& version) {
  if (version.plan.empty()) return std::nullopt;
  Result<Plan> plan = Plan::Parse(version.plan);
  if (!plan.ok()) return std::nullopt;
  return std::move(plan).value();
}

size_t IndexOf(const Source& source, std::vector<Source>* sources) {
  const auto found = std::find(sources->begin(), sources->end(), source);
  if (found != sources->end()) {
    return static_cast<size_t>(found - sources->begin());
  }
  sources->push_back(source);
  return sources->size() - 1;
}

// Calls `visit` with every part of a storage that a table takes by its keys.
template <typename Visit>
void ForEachKeys(const Plan& plan, Visit visit) {
  for (const Table& table : plan.tables) {
    for (const Selection& from : table.from) {
      const bool is_storage =
          plan.sources[from.source].kind != SourceKind::kIndexedDb;
      if (is_storage && from.match != Match::kAll) visit(from);
    }
  }
}

Status StatusOf(const Source& source, const std::vector<SourceState>& found) {
  const auto state = std::find_if(
      found.begin(), found.end(),
      [&](const SourceState& one) { return one.source == source; });
  return state == found.end() ? Status::kAbsent : state->status;
}

// Whether no table takes from the source, or none insists on it.
bool IsOptional(const Plan& plan, size_t source) {
  for (const Table& table : plan.tables) {
    for (const Selection& selection : table.from) {
      if (selection.source == source && !selection.optional) return false;
    }
  }
  return true;
}

// Whether a table takes the whole source.
bool TakesAll(const Plan& plan, size_t source) {
  for (const Table& table : plan.tables) {
    for (const Selection& from : table.from) {
      if (from.source == source && from.match == Match::kAll) return true;
    }
  }
  return false;
}

bool IsTaken(const Plan& plan, size_t source) {
  return std::any_of(
      plan.tables.begin(), plan.tables.end(), [&](const Table& table) {
        return std::any_of(
            table.from.begin(), table.from.end(),
            [&](const Selection& from) { return from.source == source; });
      });
}

// From the least to the most that speaks for a version.
enum class Found { kNot, kEmpty, kPart, kWhole };

// `keys` begins with those of this version.
Found Look(const Plan& plan, const std::vector<SourceState>& states,
           std::vector<bool>::const_iterator keys) {
  bool lacks_keys = false;
  std::vector<bool> has_key(plan.sources.size());
  ForEachKeys(plan, [&](const Selection& from) {
    const bool is_found = *keys++;
    if (is_found) has_key[from.source] = true;
    lacks_keys = lacks_keys || (!is_found && !from.optional);
  });
  bool holds_something = false;
  bool is_unclear = false;
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    if (!IsTaken(plan, i)) continue;  // it is named to be left alone
    const Status status = StatusOf(plan.sources[i], states);
    if (status == Status::kReady) {
      const bool is_storage = plan.sources[i].kind != SourceKind::kIndexedDb;
      holds_something =
          holds_something || !is_storage || has_key[i] || TakesAll(plan, i);
    } else if (status == Status::kBlocked || status == Status::kUnreadable) {
      is_unclear = true;
    } else if (status == Status::kAbsent && !IsOptional(plan, i)) {
      return Found::kNot;
    }
  }
  // It may be this one: an older one in its place would leave its data behind.
  // The migration with its plan says what is in the way.
  if (is_unclear) return Found::kWhole;
  if (!holds_something) return Found::kEmpty;
  return lacks_keys ? Found::kPart : Found::kWhole;
}

// Notes which of a source's keys are there.
class KeyFinder {
 public:
  KeyFinder(const Chain& chain, const ChainTraces& traces)
      : traces_(traces), found_(traces.keys.size()) {
    for (const ChainVersion& version : chain.versions) {
      plans_.push_back(PlanOf(version));
    }
  }

  void Note(size_t source, Bytes key) {
    for (size_t i = 0; i < traces_.keys.size(); ++i) {
      const ChainTraces::Keys& wanted = traces_.keys[i];
      if (found_[i] || wanted.selection.source != source ||
          !Selects(wanted.selection, key)) {
        continue;
      }
      const Plan& plan = *plans_[wanted.version];
      const auto own = std::find(plan.sources.begin(), plan.sources.end(),
                                 traces_.sources[source]);
      found_[i] = !IsExcluded(
          plan, static_cast<size_t>(own - plan.sources.begin()), key);
    }
  }

  std::vector<bool> Take() { return std::move(found_); }

 private:
  const ChainTraces& traces_;
  std::vector<std::optional<Plan>> plans_;
  std::vector<bool> found_;
};

Result<void> NoteKeys(BundleReader* bundle, const Source& source, size_t index,
                      KeyFinder* finder) {
  ByteBuffer after;
  for (bool last = false; !last;) {
    Writer batch;
    Step step;
    step.after = after;
    step.max_bytes = kBatchBytes;
    auto read = bundle->Read(source, step, &batch, &last);
    if (!read.ok()) return read;
    BatchReader reader;
    reader.Begin(batch.bytes(), {});
    for (;;) {
      Record record;
      Result<bool> more = reader.Next(&record);
      if (!more.ok()) return std::move(more).error();
      if (!*more) break;
      finder->Note(index, record.key);
      after.assign(record.key.begin(), record.key.end());
    }
  }
  return {};
}

}  // namespace

ChainTraces TracesOf(const Chain& chain) {
  ChainTraces traces;
  for (size_t i = 0; i < chain.versions.size(); ++i) {
    const std::optional<Plan> plan = PlanOf(chain.versions[i]);
    if (!plan) continue;
    for (const Source& source : plan->sources) {
      IndexOf(source, &traces.sources);
    }
    ForEachKeys(*plan, [&](const Selection& from) {
      ChainTraces::Keys& keys = traces.keys.emplace_back();
      keys.version = i;
      keys.selection = from;
      keys.selection.source =
          IndexOf(plan->sources[from.source], &traces.sources);
    });
  }
  return traces;
}

std::string ChainTraces::ToJson(const Chain& chain) const {
  Json json = {{"sources", Json::array()}, {"keys", Json::array()}};
  for (const Source& source : sources) {
    json["sources"].push_back(Json::parse(source.ToJson()));
  }
  for (const Keys& each : keys) {
    const Selection& selection = each.selection;
    json["keys"].push_back(
        {{"version", chain.versions[each.version].version},
         {"from", Json::parse(FromJson(sources[selection.source],
                                       selection.match, selection.text))}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::vector<bool>> FindKeys(BundleReader* bundle, const Chain& chain,
                                   const ChainTraces& traces) {
  KeyFinder finder(chain, traces);
  const std::vector<SourceState> states = bundle->StatesFor(traces.sources);
  for (size_t i = 0; i < states.size(); ++i) {
    const bool is_wanted = std::any_of(
        traces.keys.begin(), traces.keys.end(),
        [&](const auto& keys) { return keys.selection.source == i; });
    if (!is_wanted || states[i].status != Status::kReady) continue;
    Result<void> noted = NoteKeys(bundle, traces.sources[i], i, &finder);
    if (!noted.ok()) return std::move(noted).error();
  }
  return finder.Take();
}

std::optional<size_t> DetectVersion(const Chain& chain,
                                    const std::vector<SourceState>& found,
                                    const std::vector<bool>& keys) {
  const ChainTraces traces = TracesOf(chain);
  std::vector<bool> complete = keys;
  complete.resize(traces.keys.size());
  std::optional<size_t> best;
  Found most = Found::kNot;
  for (size_t i = chain.versions.size(); i-- > 0;) {
    const std::optional<Plan> plan = PlanOf(chain.versions[i]);
    if (!plan) continue;
    const auto first =
        std::find_if(traces.keys.begin(), traces.keys.end(),
                     [&](const auto& each) { return each.version == i; });
    const Found state =
        Look(*plan, found, complete.begin() + (first - traces.keys.begin()));
    if (state <= most) continue;
    most = state;
    best = i;
  }
  return best;
}

}  // namespace ferrite
