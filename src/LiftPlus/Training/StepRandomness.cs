using LiftPlus.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// What modules draw from torch's default generators (dropout) depends only on the seed and the step, so a resumed run draws what the whole run would
/// have drawn. The processor's generator is left at the end as it was found.
/// </summary>
internal sealed class StepRandomness(int seed, Device device) : IDisposable
{
    private const int Draws = -2; // a place no image has: a stream of its own

    private readonly Tensor _before = Generator.Default.get_state().DetachFromDisposeScope();

    /// <summary>Seeds the generators for a step.</summary>
    public void Begin(long step)
    {
        var stream = new StreamRandom(seed ^ (step << 32), epoch: 0, Draws);
        ulong drawn = stream.NextWord() | (ulong)stream.NextWord() << 32;
        using var random = new Generator(drawn);
        using Tensor state = random.get_state();
        Generator.Default.set_state(state);
        if (device.type == DeviceType.CUDA)
            cuda.manual_seed_all((long)(drawn >> 1));
    }

    public void Dispose()
    {
        Generator.Default.set_state(_before);
        _before.Dispose();
    }
}
