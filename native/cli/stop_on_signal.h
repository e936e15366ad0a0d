// StopOnSignal: Ctrl-C and SIGTERM end what runs in order, while it lives.
//
// The first signal sets a flag that is to be looked at; a second one ends the
// program at once. One within another is the same one.
#ifndef FERRITE_NATIVE_CLI_STOP_ON_SIGNAL_H_
#define FERRITE_NATIVE_CLI_STOP_ON_SIGNAL_H_

#include <csignal>

namespace ferrite {

class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  // Whether a signal came, to this or an earlier one.
  static bool came();

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_STOP_ON_SIGNAL_H_
