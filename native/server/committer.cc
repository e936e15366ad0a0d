#include "native/server/committer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "native/clock.h"

namespace ferrite {

Committer::Committer(std::unique_ptr<ServerStore> store, const Limits& limits)
    : store_(std::move(store)), limits_(limits), thread_([this] { Run(); }) {}

Committer::~Committer() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool Committer::Submit(std::string tenant, ByteBuffer body, Done done) {
  {
    std::lock_guard lock(mutex_);
    if (ending_ || waiting_bytes_ + body.size() > limits_.waiting_bytes) {
      return false;
    }
    waiting_bytes_ += body.size();
    waiting_.push_back({std::move(tenant), std::move(body), std::move(done)});
  }
  wake_.notify_one();
  return true;
}

void Committer::Run() {
  for (;;) {
    std::vector<Waiting> group = TakeGroup();
    if (group.empty()) return;
    Commit(std::move(group));
  }
}

std::vector<Committer::Waiting> Committer::TakeGroup() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
  size_t count = 0;
  size_t bytes = 0;
  // The first push always goes, whatever its size.
  while (count < waiting_.size() && count < limits_.group_pushes &&
         (count == 0 ||
          bytes + waiting_[count].body.size() <= limits_.group_bytes)) {
    bytes += waiting_[count++].body.size();
  }
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Waiting> group(std::make_move_iterator(waiting_.begin()),
                             std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  waiting_bytes_ -= bytes;
  return group;
}

void Committer::Commit(std::vector<Waiting> group) {
  std::vector<IncomingPush> pushes;
  pushes.reserve(group.size());
  for (const Waiting& waiting : group) {
    pushes.push_back({waiting.tenant, waiting.body});
  }
  Result<std::vector<PushAnswer>> answers = store_->Apply(pushes, Now());
  if (!answers.ok()) {
    spdlog::error("commit of {} pushes failed: {}", group.size(),
                  answers.error().message);
    const Error error{answers.error().code,
                      "The server could not write the push; nothing of it was "
                      "kept.",
                      "Try again later.", ""};
    for (const Waiting& waiting : group) {
      waiting.done(PushAnswer::Failed(503, error));
    }
    return;
  }
  for (size_t i = 0; i < group.size(); ++i) {
    group[i].done(std::move((*answers)[i]));
  }
}

}  // namespace ferrite
