// Committer: the one thread that writes to a ServerStore, with group commit.
//
// Pushes that arrive while a transaction is being committed wait together and
// share the next one, so that the cost of a durable commit is divided by the
// number of clients that wait for it.
//
// Submit may be called from any thread; `done` is called on the committer's.
#ifndef FERRITE_NATIVE_SERVER_COMMITTER_H_
#define FERRITE_NATIVE_SERVER_COMMITTER_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ferrite/push.h"
#include "native/stores/server_store.h"

namespace ferrite {

class Committer {
 public:
  using Done = std::function<void(PushAnswer)>;

  struct Limits {
    size_t waiting_bytes = size_t{256} << 20;  // beyond it Submit refuses
    size_t group_bytes = size_t{32} << 20;     // in one transaction
    size_t group_pushes = 256;
  };

  Committer(std::unique_ptr<ServerStore> store, const Limits& limits);
  // Commits what waits, and ends.
  ~Committer();

  // False, and `done` is not called, when too much waits already.
  bool Submit(std::string tenant, ByteBuffer body, Done done);

 private:
  struct Waiting {
    std::string tenant;
    ByteBuffer body;
    Done done;
  };

  void Run();
  // Waits for work; empty when the committer ends.
  std::vector<Waiting> TakeGroup();
  void Commit(std::vector<Waiting> group);

  std::unique_ptr<ServerStore> store_;
  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Waiting> waiting_;
  size_t waiting_bytes_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_SERVER_COMMITTER_H_
