#include "ferrite/audit.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "sha256.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using ChainHash = std::array<uint8_t, 32>;

// ferrite_meta: the id and the hash, in hex, of the newest entry.
constexpr char kHeadKey[] = "audit_head";

// What the hash of an entry is made of: its cells as one JSON array, the
// previous hash first. JSON tells every two lists of cells apart.
ChainHash HashOf(const ChainHash& previous, int64_t id,
                 const AuditEntry& entry) {
  const Json cells = {
      previous,     id,           entry.at,      entry.actor.who,
      entry.action, entry.target, entry.details, entry.actor.origin};
  return internal::Sha256(
      AsBytes(cells.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

std::string Hex(const ChainHash& hash) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : hash) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string HeadText(int64_t id, const ChainHash& hash) {
  return std::to_string(id) + ":" + Hex(hash);
}

std::optional<ChainHash> ToHash(Bytes bytes) {
  ChainHash hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Result<void> Append(Store* store, const AuditEntry& entry) {
  Result<Statement> last = store->Prepare(
      "SELECT id,hash FROM ferrite_audit ORDER BY id DESC LIMIT 1");
  if (!last.ok()) return std::move(last).error();
  Result<bool> row = last->Step();
  if (!row.ok()) return std::move(row).error();
  int64_t id = 1;
  ChainHash previous{};
  if (*row) {
    id = last->Column(0).integer + 1;
    previous = ToHash(last->Column(1).bytes).value_or(ChainHash{});
  }
  last->Reset();
  const ChainHash hash = HashOf(previous, id, entry);
  Result<Statement> insert = store->Prepare(
      "INSERT INTO ferrite_audit"
      "(id,at,who,action,target,details,origin,previous,hash) "
      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)");
  if (!insert.ok()) return std::move(insert).error();
  insert->Bind(1, Cell::Integer(id));
  insert->Bind(2, Cell::Integer(entry.at));
  insert->Bind(3, Cell::Text(entry.actor.who));
  insert->Bind(4, Cell::Text(entry.action));
  insert->Bind(5, Cell::Text(entry.target));
  insert->Bind(6, Cell::Text(entry.details));
  insert->Bind(7, Cell::Text(entry.actor.origin));
  insert->Bind(8, Cell::Blob(previous));
  insert->Bind(9, Cell::Blob(hash));
  if (auto done = insert->Run(); !done.ok()) return done;
  return store->SetMeta(kHeadKey, HeadText(id, hash));
}

AuditEntry ReadEntry(const Statement& row) {
  const auto text = [&](int column) {
    return std::string(row.Column(column).text());
  };
  AuditEntry entry;
  entry.at = row.Column(1).integer;
  entry.actor.who = text(2);
  entry.action = text(3);
  entry.target = text(4);
  entry.details = text(5);
  entry.actor.origin = text(6);
  return entry;
}

// Follows the chain entry by entry.
class ChainWalk {
 public:
  void Follow(const Statement& row) {
    ++entries_;
    const int64_t id = row.Column(0).integer;
    if (broken_) return;
    const std::optional<ChainHash> before = ToHash(row.Column(7).bytes);
    const std::optional<ChainHash> hash = ToHash(row.Column(8).bytes);
    if (id != id_ + 1) {
      Break(id_ + 1, "Entry " + std::to_string(id_ + 1) + " is gone.");
    } else if (before != hash_) {
      Break(id, "Entry " + std::to_string(id) +
                    " does not follow the one before it.");
    } else if (hash != HashOf(hash_, id, ReadEntry(row))) {
      Break(id, "Entry " + std::to_string(id) + " was changed.");
    } else {
      id_ = id;
      hash_ = *hash;
    }
  }

  // `head` is what ferrite_meta says of the newest entry.
  void End(const std::string& head) {
    if (broken_ || head == (id_ == 0 ? "" : HeadText(id_, hash_))) return;
    Break(id_ + 1, "The newest entries are gone, or were put in by hand.");
  }

  std::string ToJson() const {
    Json json = {{"entries", entries_}, {"intact", !broken_.has_value()}};
    if (broken_) {
      json["broken"] = *broken_;
      json["message"] = message_;
    }
    return json.dump();
  }

 private:
  void Break(int64_t id, std::string message) {
    broken_ = id;
    message_ = std::move(message);
  }

  uint64_t entries_ = 0;
  int64_t id_ = 0;
  ChainHash hash_{};
  std::optional<int64_t> broken_;
  std::string message_;
};

}  // namespace

Result<void> AppendAudit(Store* store, const AuditEntry& entry) {
  if (store->InTransaction()) return Append(store, entry);
  return store->Atomically([&] { return Append(store, entry); });
}

Result<std::string> CheckAudit(Store* store) {
  Result<std::optional<std::string>> head = store->Meta(kHeadKey);
  if (!head.ok()) return std::move(head).error();
  Result<Statement> select = store->Prepare(
      "SELECT id,at,who,action,target,details,origin,previous,hash "
      "FROM ferrite_audit ORDER BY id");
  if (!select.ok()) return std::move(select).error();
  ChainWalk chain;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    chain.Follow(*select);
  }
  chain.End(head->value_or(""));
  return chain.ToJson();
}

}  // namespace ferrite
