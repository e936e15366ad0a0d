#include "ferrite/pusher.h"

#include <utility>

#include "ferrite/push.h"
#include "push_answer.h"
#include "push_state.h"
#include "push_tables.h"

namespace ferrite {
namespace {

using internal::PushCursor;
using internal::PushFlight;
using internal::PushState;
using internal::RowWalk;
using internal::StoreTable;
using internal::StoreTables;

// A cell's head, and a share of the row's.
constexpr size_t kCellOverhead = 10;

size_t EncodedSize(std::span<const Cell> cells) {
  size_t size = kCellOverhead;
  for (const Cell& cell : cells) size += kCellOverhead + cell.bytes.size();
  return size;
}

Result<std::string> MetaText(Store* store, std::string_view key) {
  Result<std::optional<std::string>> value = store->Meta(key);
  if (!value.ok()) return std::move(value).error();
  return value->value_or("");
}

// The state for the store's epoch; a store that got a new one begins anew.
Result<PushState> CurrentState(Store* store, int64_t now) {
  Result<std::string> epoch = MetaText(store, "epoch");
  if (!epoch.ok()) return std::move(epoch).error();
  Result<std::optional<PushState>> state = internal::LoadPushState(store);
  if (!state.ok()) return std::move(state).error();
  if (*state && (*state)->epoch == *epoch) return **state;
  PushState fresh;
  fresh.epoch = *epoch;
  Result<void> reset = store->Execute(
      "DELETE FROM ferrite_push_cursor; DELETE FROM ferrite_push_flight");
  if (reset.ok()) reset = internal::SavePushState(store, fresh, now);
  if (!reset.ok()) return std::move(reset).error();
  return fresh;
}

// Adds the table's rows after its cursor until the push is full, and moves
// the cursor over them. False once the push is full.
Result<bool> AddTable(Store* store, const StoreTable& table, uint32_t max_bytes,
                      PushWriter* writer) {
  Result<PushCursor> after = internal::LoadPushCursor(store, table.shape.name);
  if (!after.ok()) return std::move(after).error();
  Result<RowWalk> walk = RowWalk::Begin(store, table, *after);
  if (!walk.ok()) return std::move(walk).error();
  PushCursor last;
  uint64_t given = 0;
  bool full = false;
  for (;;) {
    Result<bool> row = walk->Next();
    if (!row.ok()) return row;
    if (!*row) break;
    full = writer->rows() != 0 &&
           writer->size() + EncodedSize(walk->cells()) > max_bytes;
    if (full) break;
    if (given == 0) writer->BeginRows(table.shape);
    writer->AddRow(walk->cells());
    last = walk->Cursor();
    ++given;
  }
  if (given != 0) {
    last.rows = after->rows + given;
    auto saved = internal::SavePushCursor(store, table.shape.name, last);
    if (!saved.ok()) return std::move(saved).error();
  }
  return !full;
}

Result<void> CountRowsOf(Store* store, const StoreTables& tables,
                         PushStatus* status) {
  for (const StoreTable& table : tables.tables) {
    Result<PushCursor> after =
        internal::LoadPushCursor(store, table.shape.name);
    if (!after.ok()) return std::move(after).error();
    Result<uint64_t> left = internal::CountRows(store, table, *after);
    if (!left.ok()) return std::move(left).error();
    status->rows_left += *left;
    Result<uint64_t> all = internal::CountRows(store, table, PushCursor());
    if (!all.ok()) return std::move(all).error();
    if (*all - *left != after->rows)
      status->changed.push_back(table.shape.name);
  }
  return {};
}

}  // namespace

struct Pusher::State {
  Store* store = nullptr;
  Options options;
  std::string client;
  // What Next gave last, and in which epoch.
  std::string epoch;
  PushFlight given;

  Result<void> Fill(int64_t now);
  Result<bool> Fly(PushState* state, int64_t now);
  Result<void> Land(const internal::PushVerdictText& verdict, int64_t now);
};

Pusher::Pusher() : state_(std::make_unique<State>()) {}
Pusher::~Pusher() = default;

Result<std::unique_ptr<Pusher>> Pusher::Open(Store* store,
                                             const Options& options,
                                             int64_t now) {
  std::unique_ptr<Pusher> pusher(new Pusher());
  State& state = *pusher->state_;
  state.store = store;
  state.options = options;
  Result<void> opened = store->Atomically([&]() -> Result<void> {
    Result<std::string> client = MetaText(store, "client");
    if (!client.ok()) return std::move(client).error();
    state.client = *client;
    auto created = internal::CreatePushTables(store);
    if (!created.ok()) return created;
    Result<PushState> current = CurrentState(store, now);
    if (!current.ok()) return std::move(current).error();
    return {};
  });
  if (!opened.ok()) return std::move(opened).error();
  return pusher;
}

// Writes the next push into the flight table; leaves `given` empty when there
// is no row to push.
Result<bool> Pusher::State::Fly(PushState* state, int64_t now) {
  Result<StoreTables> tables = internal::ReadStoreTables(store);
  if (!tables.ok()) return std::move(tables).error();
  PushWriter writer;
  for (const StoreTable& table : tables->tables) {
    Result<bool> more = AddTable(store, table, options.max_bytes, &writer);
    if (!more.ok()) return more;
    if (!*more) break;
  }
  if (writer.rows() == 0) return false;
  given.rows = writer.rows();
  given.sequence = ++state->sequence;
  given.body = writer.Finish({client, state->epoch, state->sequence});
  Result<void> saved = internal::SavePushFlight(store, given, now);
  if (saved.ok()) saved = internal::SavePushState(store, *state, now);
  if (!saved.ok()) return std::move(saved).error();
  return true;
}

Result<void> Pusher::State::Fill(int64_t now) {
  given = {};
  Result<PushState> current = CurrentState(store, now);
  if (!current.ok()) return std::move(current).error();
  epoch = current->epoch;
  Result<std::optional<PushFlight>> flight = internal::LoadPushFlight(store);
  if (!flight.ok()) return std::move(flight).error();
  if (*flight) {
    given = std::move(**flight);
    return {};
  }
  Result<bool> flown = Fly(&*current, now);
  if (!flown.ok()) return std::move(flown).error();
  return {};
}

Result<std::optional<Push>> Pusher::Next(int64_t now) {
  State& state = *state_;
  Result<void> filled =
      state.store->Atomically([&] { return state.Fill(now); });
  if (!filled.ok()) {
    state.given = {};
    return std::move(filled).error();
  }
  if (state.given.sequence == 0) return std::optional<Push>();
  return std::optional<Push>(
      {state.given.sequence, state.given.rows, state.given.body});
}

Result<void> Pusher::State::Land(const internal::PushVerdictText& verdict,
                                 int64_t now) {
  Result<PushState> current = CurrentState(store, now);
  if (!current.ok()) return std::move(current).error();
  Result<std::optional<PushFlight>> flight = internal::LoadPushFlight(store);
  if (!flight.ok()) return std::move(flight).error();
  // Another process took the same answer before us, or began a new epoch.
  if (current->epoch != epoch || !*flight ||
      (*flight)->sequence != given.sequence) {
    return {};
  }
  Result<void> done;
  if (verdict.refused) {
    done = internal::KeepRefusedFlight(store, epoch, verdict.reason,
                                       verdict.code, now);
  } else {
    ++current->pushes;
    current->rows += given.rows;
  }
  if (done.ok()) done = internal::SavePushState(store, *current, now);
  if (done.ok()) done = store->Execute("DELETE FROM ferrite_push_flight");
  return done;
}

Result<PushVerdict> Pusher::Take(int status, std::string_view body,
                                 int64_t now) {
  State& state = *state_;
  if (state.given.sequence == 0) {
    return Error{ErrorCode::kState, "No push was given, so none is answered.",
                 "", ""};
  }
  Result<internal::PushVerdictText> verdict =
      internal::ReadAnswer(status, body, state.given.sequence);
  if (!verdict.ok()) return std::move(verdict).error();
  Result<void> landed =
      state.store->Atomically([&] { return state.Land(*verdict, now); });
  if (!landed.ok()) return std::move(landed).error();
  state.given = {};
  return verdict->refused ? PushVerdict::kRefused : PushVerdict::kAcknowledged;
}

Result<void> Pusher::Restart(int64_t now) {
  State& state = *state_;
  state.given = {};
  return state.store->Atomically([&]() -> Result<void> {
    auto renewed = state.store->Execute(
        "UPDATE ferrite_meta SET value = lower(hex(randomblob(16))) "
        "WHERE key = 'epoch'");
    if (!renewed.ok()) return renewed;
    Result<PushState> current = CurrentState(state.store, now);
    if (!current.ok()) return std::move(current).error();
    return {};
  });
}

Result<PushStatus> Pusher::Status() {
  Result<std::optional<PushStatus>> status = ReadPushStatus(state_->store);
  if (!status.ok()) return std::move(status).error();
  return std::move(**status);
}

Result<std::optional<PushStatus>> ReadPushStatus(Store* store) {
  Result<bool> known = internal::HasPushTables(store);
  if (!known.ok()) return std::move(known).error();
  if (!*known) return std::optional<PushStatus>();
  Result<std::string> client = MetaText(store, "client");
  if (!client.ok()) return std::move(client).error();
  Result<std::optional<PushState>> state = internal::LoadPushState(store);
  if (!state.ok()) return std::move(state).error();
  Result<std::optional<PushFlight>> flight = internal::LoadPushFlight(store);
  if (!flight.ok()) return std::move(flight).error();
  Result<StoreTables> tables = internal::ReadStoreTables(store);
  if (!tables.ok()) return std::move(tables).error();
  Result<std::vector<RefusedPush>> refused = internal::LoadRefusedPushes(store);
  if (!refused.ok()) return std::move(refused).error();

  const PushState current = state->value_or(PushState());
  PushStatus status;
  status.client = *client;
  status.epoch = current.epoch;
  status.sequence = current.sequence;
  status.pushes = current.pushes;
  status.rows = current.rows;
  status.in_flight = flight->has_value();
  status.rows_left = *flight ? (*flight)->rows : 0;
  status.refused = std::move(*refused);
  status.skipped = tables->skipped;
  if (auto counted = CountRowsOf(store, *tables, &status); !counted.ok()) {
    return std::move(counted).error();
  }
  return std::optional<PushStatus>(std::move(status));
}

}  // namespace ferrite
