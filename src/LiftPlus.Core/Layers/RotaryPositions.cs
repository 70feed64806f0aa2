using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Rotates queries and keys by the places of their patches in a grid (arXiv 2104.09864): t cos + swap(t) sin, where swap exchanges the
/// entries of each pair. Tokens in front of the patches are not rotated.
/// </summary>
internal sealed class RotaryPositions : IDisposable
{
    private const double ScaledSide = 16;
    private readonly RotaryKind _kind;
    private readonly (int Rows, int Columns) _grid;
    private readonly long _headWidth; // d
    private readonly int _first;
    private readonly TensorCache _tables;

    /// <summary>Creates the rotation of one grid.</summary>
    /// <param name="kind">The angles.</param>
    /// <param name="grid">The numbers of rows and columns.</param>
    /// <param name="headWidth">The number of entries d of a head.</param>
    /// <param name="hasClassToken">Whether there is a class token.</param>
    /// <exception cref="LiftPlusException">The heads cannot be rotated.</exception>
    public RotaryPositions(RotaryKind kind, (int Rows, int Columns) grid, long headWidth, bool hasClassToken)
    {
        if (headWidth % 4 != 0)
            throw new LiftPlusException(
                $"Heads of {headWidth} entries have no rotary positions: their number is not a multiple of 4. Check the number of heads."
            );
        (_kind, _grid, _headWidth, _first) = (kind, grid, headWidth, hasClassToken ? 1 : 0);
        _tables = new TensorCache(Tables);
    }

    /// <summary>Gets the number of places.</summary>
    public long Places => (long)_grid.Rows * _grid.Columns;

    /// <summary>Gets whether entry i is rotated with entry i + d/2; otherwise neighbors are.</summary>
    public bool TurnsHalves => _kind.TurnsHalves;

    /// <summary>Rotates queries or keys (B, H, N, d), of which the last are the patches.</summary>
    public Tensor Turn(Tensor t)
    {
        Tensor[] tables = _tables.Get(t, t.shape[2]);
        return TensorMath.Add(t.mul(tables[0]), Swap(t).mul(tables[1]));
    }

    /// <summary>Computes cos and sin (n, d) of the last n tokens; what precedes the patches has cos 1 and sin 0.</summary>
    public Tensor[] Tables(long tokens)
    {
        long front = tokens - Places;
        float[] cos = new float[tokens * _headWidth],
            sin = new float[cos.Length];
        Array.Fill(cos, 1, 0, checked((int)(front * _headWidth)));
        for (long place = 0; place < Places; place++)
        {
            double[] angles = Angles(place);
            for (int i = 0; i < _headWidth; i++)
            {
                long at = (front + place) * _headWidth + i;
                double angle = angles[_kind.TurnsHalves ? i % angles.Length : i / 2];
                bool isFirst = _kind.TurnsHalves ? i < angles.Length : i % 2 == 0; // of its pair: the other one enters with a minus
                (cos[at], sin[at]) = ((float)Math.Cos(angle), (float)(isFirst ? -Math.Sin(angle) : Math.Sin(angle)));
            }
        }

        return [tensor(cos, [tokens, _headWidth]), tensor(sin, [tokens, _headWidth])];
    }

    public void Dispose() => _tables.Dispose();

    private Tensor Swap(Tensor t) =>
        _kind.TurnsHalves
            ? t.roll(_headWidth / 2, -1)
            : t.reshape(t.shape[0], t.shape[1], t.shape[2], _headWidth / 2, 2).flip(-1).reshape(t.shape);

    // The d/2 angles of a place.
    private double[] Angles(long place)
    {
        double[] rows = Axis(place / _grid.Columns, _grid.Rows),
            columns = Axis(place % _grid.Columns, _grid.Columns);
        return _kind.StartsWithColumns ? [.. columns, .. rows] : [.. rows, .. columns];
    }

    private double[] Axis(long index, int count)
    {
        double coordinate = _kind.Grid switch
        {
            RotaryGrid.Centered => 2 * Math.PI * (2 * (index + 0.5) / count - 1),
            RotaryGrid.Numbered => index + _first,
            _ => index * ScaledSide / count,
        };
        double[] angles = new double[_headWidth / 4];
        for (int k = 0; k < angles.Length; k++)
            angles[k] = coordinate * Math.Pow(_kind.Base, -4.0 * k / _headWidth);
        return angles;
    }
}
