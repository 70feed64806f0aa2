using TorchSharp.Modules;

namespace LiftPlus.Layers;

/// <summary>One of an encoder's blocks, as methods see it that train parameters the block has already.</summary>
public interface IBackboneBlock
{
    /// <summary>The block's own parameters in order, by their names in it, without those of adapters.</summary>
    IEnumerable<(string Name, Parameter Parameter)> OwnParameters { get; }

    /// <summary>Marks some of <see cref="OwnParameters"/> as trained; they are float32 from then on.</summary>
    /// <param name="trains">Whether a parameter of this name is to be trained.</param>
    void Unfreeze(Func<string, bool> trains);
}
