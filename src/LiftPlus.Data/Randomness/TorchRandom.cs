namespace LiftPlus.Data;

/// <summary>
/// Generates the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998, doi 10.1145/272991.272995): the same words as torch's CPU
/// generator after <c>manual_seed</c> and as NumPy's legacy generator after <c>seed</c>.
/// </summary>
internal sealed class TorchRandom : RandomSource
{
    private const int Size = 624,
        Shift = 397;

    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    /// <summary>Seeds the generator.</summary>
    /// <param name="seed">The seed; a negative one counts as its 32 bits, as for torch.</param>
    public TorchRandom(int seed)
    {
        _state[0] = (uint)seed;
        for (int i = 1; i < Size; i++)
            _state[i] = 1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + (uint)i;
    }

    /// <inheritdoc/>
    public override uint NextWord()
    {
        if (_next == Size)
            Refill();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Refill()
    {
        for (int i = 0; i < Size; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            _state[i] = _state[(i + Shift) % Size] ^ (y >> 1) ^ (y % 2 == 0 ? 0 : 0x9908B0DF);
        }

        _next = 0;
    }
}
