using LiftPlus.Files;
using Xunit;

namespace LiftPlus.TestSupport;

/// <summary>Runs something that writes once for every operation on files that it does, with a fault at that operation.</summary>
public static class FaultInjection
{
    /// <summary>Runs an action with each kind of fault at each operation, until it comes to its end without one.</summary>
    /// <param name="prepare">Makes the earlier state.</param>
    /// <param name="act">Writes the new state.</param>
    /// <param name="check">
    /// Checks what is there after a fault: the earlier state or the new one. It is given the exception, or null if there was none.
    /// </param>
    /// <param name="checkNext">Checks what is there after one more, successful action: the new state, and no strays.</param>
    /// <param name="faults">The kinds of fault; all by default.</param>
    /// <param name="canExchange">Whether folders can be exchanged in one step.</param>
    /// <returns>The number of faults and of states checked.</returns>
    public static FaultCount Run(
        Action prepare,
        Action act,
        Action<Exception?> check,
        Action checkNext,
        IEnumerable<Fault>? faults = null,
        bool canExchange = true
    )
    {
        FaultCount count = new(0, 0);
        using IDisposable use = Disk.Use(new FaultyDisk(int.MaxValue, Fault.Error, canExchange));
        foreach (Fault fault in faults ?? Enum.GetValues<Fault>())
        {
            for (int at = 0; ; at++)
            {
                prepare();
                FaultyDisk disk = new(at, fault, canExchange);
                Exception? thrown;
                using (Disk.Use(disk))
                    thrown = Record.Exception(act);
                if (!disk.HasFailed)
                {
                    Assert.Null(thrown);
                    checkNext();
                    Assert.True(at > 1, "Nothing is written through Disk.");
                    break;
                }

                string where = $"{fault} at operation {at}";
                Explain(where, () => CheckException(fault, thrown));
                Explain(where, () => check(thrown));
                Explain($"after {where}", act);
                Explain($"after {where}", checkNext);
                count = new FaultCount(count.Points + 1, count.States + 2);
            }
        }

        return count;
    }

    // No exception: only cleaning up failed, or what failed is not needed.
    private static void CheckException(Fault fault, Exception? thrown)
    {
        if (thrown is null)
            return;
        Type[] allowed = fault switch
        {
            Fault.Crash => [typeof(CrashException)],
            Fault.Memory => [typeof(OutOfMemoryException), typeof(LiftPlusException)],
            Fault.Refusal => [typeof(UnauthorizedAccessException), typeof(LiftPlusException)],
            _ => [typeof(IOException), typeof(LiftPlusException)],
        };
        Assert.True(allowed.Any(type => type.IsInstanceOfType(thrown)), thrown.ToString());
    }

    private static void Explain(string where, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Assert.Fail($"{where}: {e}");
        }
    }
}
