// Pusher: the client's side of the sync protocol, without the network.
//
//   for (;;) {
//     Next() gives the push to send, or nothing when every row is pushed;
//     the host sends it, and hands the answer to Take().
//   }
//
// The push that Next gives is durable before it is given: its bytes are
// written in the transaction that moves the cursor over its rows, so that after
// a crash the same sequence repeats the same bytes. State lives in the store's
// own tables (core/doc/store.md, "Pushing to a server"). Two Pushers on one
// file, in two processes, do no harm: they give the same push.
//
// Take decides by the answer, and never loses a row:
//
//   status         | answer's body          | result
//   ---------------+------------------------+------------------------------
//   200            | applied, this sequence | kAcknowledged
//   422            | refused, this sequence | kRefused: kept with its reason
//   422            | sequence_reused        | kSequenceReused, untouched
//   409            | sequence_gap           | kSequenceGap, untouched
//   401, 403       | any                    | kUnauthorized, untouched
//   413            | any                    | kTooLarge, untouched
//   408, 429, 5xx  | any                    | kUnreachable, untouched: retry
//   200, 422       | not of this protocol   | kUnreachable, untouched: retry
//   anything else  | any                    | kRefused, untouched
//
// Not thread-safe. The Store must outlive the Pusher.
#ifndef FERRITE_PUSHER_H_
#define FERRITE_PUSHER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

struct Push {
  uint64_t sequence = 0;
  uint64_t rows = 0;
  Bytes body;  // valid until the next call that is not const
};

struct RefusedPush {
  std::string epoch;
  uint64_t sequence = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string code;
  std::string message;
  std::string path;
};

struct SkippedTable {
  std::string name;
  std::string reason;
};

struct PushStatus {
  std::string client;
  std::string epoch;
  uint64_t sequence = 0;  // the last one given out in this epoch
  bool in_flight = false;
  uint64_t pushes = 0;               // acknowledged in this epoch
  uint64_t rows = 0;                 // in them
  uint64_t rows_left = 0;            // after the cursor, and in flight
  std::vector<RefusedPush> refused;  // of all epochs, oldest first
  std::vector<SkippedTable> skipped;
  // Tables that have more or fewer rows up to the cursor than were given out:
  // rows came or went that no push will carry before a Restart.
  std::vector<std::string> changed;
};

enum class PushVerdict { kAcknowledged, kRefused };

class Pusher {
 public:
  struct Options {
    // A push ends before the row that would make it longer; a row that is
    // longer by itself goes alone.
    uint32_t max_bytes = 1 << 20;
  };

  // Creates the push tables where they are missing, and begins anew when the
  // store has a new epoch.
  static Result<std::unique_ptr<Pusher>> Open(Store* store,
                                              const Options& options,
                                              int64_t now);
  ~Pusher();

  // The push in flight, or else the next one; nullopt when all is pushed.
  Result<std::optional<Push>> Next(int64_t now);

  // Takes the answer for the push that Next gave.
  Result<PushVerdict> Take(int status, std::string_view body, int64_t now);

  // Gives the store a new epoch and begins with the first row. Refused pushes
  // stay.
  Result<void> Restart(int64_t now);

  Result<PushStatus> Status();

 private:
  struct State;
  Pusher();
  std::unique_ptr<State> state_;
};

// What a store says about its pushes, read without changing anything; nullopt
// when it was never pushed.
Result<std::optional<PushStatus>> ReadPushStatus(Store* store);

}  // namespace ferrite

#endif  // FERRITE_PUSHER_H_
