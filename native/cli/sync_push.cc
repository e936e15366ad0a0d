#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>
#include <utility>

#include "ferrite/backoff.h"
#include "ferrite/circuit_breaker.h"
#include "ferrite/pusher.h"
#include "native/cli/commands.h"
#include "native/cli/http_client.h"
#include "native/cli/open_store.h"
#include "native/cli/progress_bar.h"
#include "native/clock.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

constexpr int64_t kLongestDelayMs = 30000;
// A server that leaves so many attempts in a row unanswered is left alone for
// so many times the first delay, and each further time for twice as long.
constexpr int kFailuresThatOpen = 5;
constexpr int64_t kOpenDelays = 120;

CircuitBreaker::Options CircuitFor(int64_t first_delay_ms) {
  CircuitBreaker::Options options;
  options.failures = kFailuresThatOpen;
  options.wait_ms = kOpenDelays * first_delay_ms;
  options.longest_ms = 10 * options.wait_ms;
  return options;
}

int64_t SteadyMs() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool MayPassLater(ErrorCode code) {
  return NatureOf(code) == ErrorNature::kPassing;
}

// One run of the command.
class Run {
 public:
  Run(const SyncPushOptions& options, const Console& console)
      : options_(options),
        console_(console),
        bar_(console, "rows"),
        backoff_({options.retries, options.retry_delay_ms, kLongestDelayMs},
                 [this] { return dice_(random_); }),
        circuit_(CircuitFor(options.retry_delay_ms)) {}

  Result<void> Open();
  Result<void> PushAll();
  Result<int> Finish();

 private:
  // Sends the push until it is answered for good.
  Result<PushVerdict> Send(const Push& push);
  // To a person above the bar, else to the log.
  void Say(spdlog::level::level_enum level, const std::string& text) {
    if (console_.progress()) {
      bar_.Note(text);
    } else {
      spdlog::log(level, "{}", text);
    }
  }
  // One attempt; what may pass later is an Error of that kind.
  Result<PushVerdict> Attempt(const Push& push,
                              std::optional<std::chrono::seconds>* asked_for);
  Json ToJson(const PushStatus& status, double seconds) const;
  void Print(const PushStatus& status, double seconds) const;

  const SyncPushOptions& options_;
  const Console& console_;
  ProgressBar bar_;
  std::mt19937_64 random_{std::random_device()()};
  std::uniform_real_distribution<double> dice_{0, 1};
  Backoff backoff_;
  CircuitBreaker circuit_;
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Pusher> pusher_;
  std::chrono::steady_clock::time_point began_ =
      std::chrono::steady_clock::now();
  uint64_t rows_before_ = 0;
  uint64_t rows_total_ = 0;
  uint64_t pushes_ = 0;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  uint64_t refused_ = 0;
};

Result<void> Run::Open() {
  Result<std::unique_ptr<HttpClient>> client = HttpClient::Make(
      options_.server, std::chrono::seconds(options_.timeout_s));
  if (!client.ok()) return std::move(client).error();
  client_ = std::move(*client);
  Result<std::unique_ptr<Store>> store =
      OpenStore(options_.store, OpenFor::kChanging);
  if (!store.ok()) return std::move(store).error();
  store_ = std::move(*store);
  Pusher::Options pusher_options;
  pusher_options.max_bytes = options_.max_push;
  Result<std::unique_ptr<Pusher>> pusher =
      Pusher::Open(store_.get(), pusher_options, Now());
  if (!pusher.ok()) return std::move(pusher).error();
  pusher_ = std::move(*pusher);
  if (options_.restart) {
    auto restarted = pusher_->Restart(Now());
    if (!restarted.ok()) return restarted;
  }
  Result<PushStatus> status = pusher_->Status();
  if (!status.ok()) return std::move(status).error();
  rows_before_ = status->rows;
  rows_total_ = status->rows + status->rows_left;
  return {};
}

Result<void> Run::PushAll() {
  for (;;) {
    bar_.Update("push", rows_before_ + rows_, rows_total_);
    Result<std::optional<Push>> next = pusher_->Next(Now());
    if (!next.ok()) return std::move(next).error();
    if (!*next) return {};
    const Push push = **next;
    const uint64_t bytes = push.body.size();
    Result<PushVerdict> verdict = Send(push);
    if (!verdict.ok()) return std::move(verdict).error();
    ++pushes_;
    bytes_ += bytes;
    if (*verdict == PushVerdict::kRefused) {
      ++refused_;
      Say(spdlog::level::warn,
          fmt::format(
              "push {} was refused; its {} kept in "
              "ferrite_push_refused",
              push.sequence,
              push.rows == 1 ? "row is" : Grouped(push.rows) + " rows are"));
    } else {
      rows_ += push.rows;
    }
  }
}

Result<PushVerdict> Run::Send(const Push& push) {
  for (;;) {
    std::optional<std::chrono::seconds> asked_for;
    Result<PushVerdict> verdict = Attempt(push, &asked_for);
    if (verdict.ok() || !MayPassLater(verdict.error().code)) {
      backoff_.Reset();
      circuit_.Succeeded();
      return verdict;
    }
    circuit_.Failed(SteadyMs());
    std::optional<int64_t> delay = backoff_.Next(
        asked_for ? milliseconds(*asked_for).count() : int64_t{0});
    if (!delay) {
      Error error = std::move(verdict).error();
      error.hint = fmt::format(
          "Gave up after {}; nothing is lost. The same command continues with "
          "push {}.",
          Counted(static_cast<uint64_t>(options_.retries), "more attempt"),
          push.sequence);
      return error;
    }
    const bool is_open = circuit_.state() == CircuitBreaker::State::kOpen;
    if (is_open) delay = std::max(*delay, circuit_.retry_at() - SteadyMs());
    Say(is_open ? spdlog::level::warn : spdlog::level::info,
        fmt::format("push {}: {} {} in {}.", push.sequence,
                    Printable(verdict.error().message),
                    is_open ? "The server is left alone; one more attempt"
                            : "Trying again",
                    DurationText(static_cast<double>(*delay) / 1000)));
    std::this_thread::sleep_for(milliseconds(*delay));
    // A sleep may end a little early.
    while (!circuit_.Allows(SteadyMs())) {
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
}

Result<PushVerdict> Run::Attempt(
    const Push& push, std::optional<std::chrono::seconds>* asked_for) {
  Result<HttpResponse> response =
      client_->Post("/v1/push", "application/cbor", options_.token, push.body);
  if (!response.ok()) return std::move(response).error();
  *asked_for = response->retry_after;
  return pusher_->Take(response->status, response->body, Now());
}

Result<int> Run::Finish() {
  bar_.Clear();
  Result<PushStatus> status = pusher_->Status();
  if (!status.ok()) return std::move(status).error();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began_)
          .count();
  console_.Document(ToJson(*status, seconds)
                        .dump(-1, ' ', false, Json::error_handler_t::replace));
  Print(*status, seconds);
  return refused_ == 0 ? 0 : ErrorExitStatus(ErrorCode::kRefused);
}

Json Run::ToJson(const PushStatus& status, double seconds) const {
  Json refused = Json::array();
  for (const RefusedPush& push : status.refused) {
    refused.push_back({{"epoch", push.epoch},
                       {"sequence", push.sequence},
                       {"rows", push.rows},
                       {"bytes", push.bytes},
                       {"code", push.code},
                       {"message", push.message},
                       {"path", push.path}});
  }
  Json skipped = Json::array();
  for (const SkippedTable& table : status.skipped) {
    skipped.push_back({{"table", table.name}, {"reason", table.reason}});
  }
  return {{"status", refused_ == 0 ? "pushed" : "refused"},
          {"client", status.client},
          {"epoch", status.epoch},
          {"sequence", status.sequence},
          {"pushes", pushes_},
          {"rows", rows_},
          {"bytes", bytes_},
          {"retries", backoff_.total()},
          {"seconds", seconds},
          {"acknowledged", {{"pushes", status.pushes}, {"rows", status.rows}}},
          {"refused", refused},
          {"skipped", skipped},
          {"changed", status.changed}};
}

void Run::Print(const PushStatus& status, double seconds) const {
  if (pushes_ == 0) {
    console_.Line(fmt::format("{} to push: the server has {} of this store.",
                              console_.Paint(Tone::kGood, "Nothing"),
                              Counted(status.rows, "row")));
  } else {
    const bool good = refused_ == 0;
    console_.Line(fmt::format(
        "{} {} in {} ({}) in {}: {} rows/s{}",
        console_.Paint(good ? Tone::kGood : Tone::kWarning, "Pushed"),
        Counted(rows_, "row"), Counted(pushes_, "push"), ByteText(bytes_),
        DurationText(seconds),
        Grouped(static_cast<uint64_t>(static_cast<double>(rows_) /
                                      std::max(seconds, 1e-6))),
        backoff_.total() == 0
            ? std::string(".")
            : fmt::format(", after {}.",
                          Counted(static_cast<uint64_t>(backoff_.total()),
                                  "broken attempt"))));
    if (status.rows != rows_) {
      console_.Line(fmt::format("The server has {} of this store.",
                                Counted(status.rows, "row")));
    }
  }
  if (!status.refused.empty()) {
    console_.Line();
    console_.Line(console_.Paint(Tone::kBad, "Refused") +
                  " by the server, kept in ferrite_push_refused:");
    TextTable table(console_, {"push", "rows", "code", "reason"},
                    {TextTable::Align::kRight, TextTable::Align::kRight,
                     TextTable::Align::kLeft, TextTable::Align::kLeft});
    for (const RefusedPush& push : status.refused) {
      table.Add({Grouped(push.sequence), Grouped(push.rows),
                 Printable(push.code),
                 Printable(push.message +
                           (push.path.empty() ? "" : " (" + push.path + ")"))});
    }
    table.Print();
  }
  for (const SkippedTable& table : status.skipped) {
    console_.Line(fmt::format("{} table {}: {}.",
                              console_.Paint(Tone::kWarning, "Left out"),
                              Printable(table.name), table.reason));
  }
  for (const std::string& name : status.changed) {
    console_.Line(fmt::format(
        "{} table {}: rows came or went after it was pushed; --restart pushes "
        "every row again.",
        console_.Paint(Tone::kWarning, "Changed"), Printable(name)));
  }
}

}  // namespace

Result<int> SyncPush(const SyncPushOptions& options, const Console& console) {
  Run run(options, console);
  if (auto opened = run.Open(); !opened.ok()) return opened.error();
  if (auto pushed = run.PushAll(); !pushed.ok()) return pushed.error();
  return run.Finish();
}

}  // namespace ferrite
