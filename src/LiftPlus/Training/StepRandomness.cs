using LiftPlus.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Seeds torch's default generators, so that what modules draw (dropout) depends only on the seed and the step, and a resumed run draws the
/// same as an uninterrupted one. Disposing restores the processor's generator.
/// </summary>
internal sealed class StepRandomness(int seed, Device device) : IDisposable
{
    private const int Draws = -2; // not an image's index: a separate stream

    private readonly Tensor _before = Generator.Default.get_state().DetachFromDisposeScope();

    /// <summary>Seeds the generators for a step.</summary>
    public void Begin(long step)
    {
        ulong drawn = Word(seed, step, Draws);
        using var random = new Generator(drawn);
        using Tensor state = random.get_state();
        Generator.Default.set_state(state);
        if (device.type == DeviceType.CUDA)
            cuda.manual_seed_all((long)(drawn >> 1));
    }

    /// <summary>Draws the seed of a generator for one use in one step.</summary>
    public static ulong Word(int seed, long step, int use)
    {
        var stream = new StreamRandom(seed ^ (step << 32), epoch: 0, use);
        return stream.NextWord() | (ulong)stream.NextWord() << 32;
    }

    public void Dispose()
    {
        Generator.Default.set_state(_before);
        _before.Dispose();
    }
}
