using System.Diagnostics.CodeAnalysis;

namespace LiftPlus.Data;

/// <summary>
/// Runs one pass over a dataset: threads take the images in order and write them into the open batches; the consumer takes batches in order
/// and opens new ones. At most the prefetched batches and the one in use are open, which bounds memory and the work done ahead.
/// </summary>
internal sealed class EpochRun : IDisposable
{
    private readonly object _gate = new();
    private readonly PlaceReader _reader;
    private readonly int _epoch;
    private readonly double _progress;
    private readonly Queue<PendingBatch> _open = new(); // not taken by the consumer, oldest first
    private readonly Queue<(PendingBatch Batch, int Slot, Task<ImageSource>? Started)> _work = new();
    private readonly ReadAhead _ahead = new();
    private int _running;
    private bool _complete;
    private bool _stopped;
    private bool _left;

    public EpochRun(PlaceReader reader, int epoch, double progress, int workers)
    {
        _reader = reader;
        _epoch = epoch;
        _progress = progress;
        _running = workers;
        for (int i = 0; i < workers; i++)
            new Thread(Run) { IsBackground = true, Name = $"LiftPlus loader {i}" }.Start();
    }

    /// <summary>Gives the threads a batch to fill.</summary>
    public void Open(PendingBatch batch)
    {
        lock (_gate)
        {
            _open.Enqueue(batch);
            for (int slot = 0; slot < batch.Places.Length; slot++)
                _work.Enqueue((batch, slot, _reader.Start(batch.Places[slot], _ahead)));
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Announces that no batch follows: the threads end with the work.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for the oldest open batch.</summary>
    public PendingBatch Take(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            PendingBatch batch = _open.Peek();
            while (!batch.Done && !_stopped)
                Monitor.Wait(_gate);
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_stopped, typeof(BatchLoader));
            return _open.Dequeue();
        }
    }

    /// <summary>Wakes all threads to end; they finish the image in progress.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        _ahead.Dispose();
    }

    /// <summary>
    /// Stops without waiting, because an image in progress may hang on a lost network folder. The last one to end, the consumer or a
    /// thread, returns the open batches' memory.
    /// </summary>
    public void Dispose()
    {
        Stop();
        lock (_gate)
        {
            _left = true;
            FreeIfLast();
        }
    }

    private void FreeIfLast()
    {
        while (_left && _running == 0 && _open.TryDequeue(out PendingBatch? batch))
            batch.Buffer.Dispose();
    }

    private void Run()
    {
        Work();
        lock (_gate)
        {
            _running--;
            FreeIfLast();
        }
    }

    private void Work()
    {
        while (TryTakeWork(out PendingBatch? batch, out int slot, out Task<ImageSource>? started))
        {
            Exception? failure = null;
            try
            {
                _reader.Write(batch.Places[slot], started, _epoch, _progress, batch.Buffer.Image(slot, _reader.Length));
            }
            catch (Exception e)
            {
                failure = e;
            }

            lock (_gate)
            {
                if (batch.Finish(slot, failure))
                    Monitor.PulseAll(_gate);
            }
        }
    }

    private bool TryTakeWork([NotNullWhen(true)] out PendingBatch? batch, out int slot, out Task<ImageSource>? started)
    {
        lock (_gate)
        {
            while (_work.Count == 0 && !_complete && !_stopped)
                Monitor.Wait(_gate);
            bool more = _work.Count > 0 && !_stopped;
            (batch, slot, started) = more ? _work.Dequeue() : default;
            return more;
        }
    }
}
